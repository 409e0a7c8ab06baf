import { expose, installRpc } from '../rpc.ts';
import { ExportService } from './export-service.ts';

installRpc();
expose(new ExportService());
