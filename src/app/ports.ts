// The application's side of the outside world lives with the other plain types, so that worker clients may implement it.

export type * from '../model/ports.ts';
export { BUNDLE_FORMAT, NOTES_FORMAT } from '../model/ports.ts';
