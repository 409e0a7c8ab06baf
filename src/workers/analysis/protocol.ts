// What the page has done beside itself with whole records.

import type { TraceAnalysis } from '../../model/trace-analysis.ts';

export type AnalysisApi = TraceAnalysis;
