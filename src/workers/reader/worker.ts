import { expose, installRpc } from '../rpc.ts';
import { FileSession } from './file-session.ts';

installRpc();
expose(new FileSession());
