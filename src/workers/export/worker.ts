import { serve } from '../serve.ts';
import { ExportService } from './export-service.ts';

serve(self, new ExportService());
