import { DirectAnalysis } from '../../model/trace-analysis.ts';
import { serve } from '../serve.ts';
import type { AnalysisApi } from './protocol.ts';

const api: AnalysisApi = new DirectAnalysis();
serve(self, api);
