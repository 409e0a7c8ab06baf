import { serve } from '../serve.ts';
import { FileSession } from './file-session.ts';

serve(self, new FileSession());
