// A module of ours, bundled into one classic script, as text (scripts/script-text-plugin.ts).
declare module '*?script-text' {
  const text: string;
  export default text;
}
