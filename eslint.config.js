// Only what needs type information; formatting and the rest of the lint are biome's.
import tseslint from 'typescript-eslint';

// Browser globals that TypeScript lets through although the code meant a local of that name.
const TREACHEROUS_GLOBALS = ['closed', 'name', 'status', 'length', 'event', 'parent', 'top', 'origin', 'find', 'stop'];

export default tseslint.config(
  {
    files: ['src/**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.worker.json', './tsconfig.node.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-globals': ['error', ...TREACHEROUS_GLOBALS],
      'no-restricted-properties': [
        'error',
        {
          property: 'showModal',
          message: 'Messages would lie under the dialog: use showModal of ui/elements/modal.ts.',
        },
        {
          property: 'randomUUID',
          message: 'A page that came over plain http has none: use uniqueId of base/unique-id.ts.',
        },
      ],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  { files: ['src/ui/elements/modal.ts'], rules: { 'no-restricted-properties': 'off' } },
);
