import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.SANDAN_URL ?? 'http://127.0.0.1:8700';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
  build: {
    // The content security policy allows no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1100,
    sourcemap: false,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
  },
});
