import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/theme.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ProblemError } from './api/problem';
import { DatesLanguage } from './app/DatesLanguage';
import './app/i18n';
import { makeRouter } from './app/router';
import { theme } from './app/theme';

const RETRIES = 2;
const schemes = localStorageColorSchemeManager({ key: 'sandan.scheme' });

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session ended while the page was open: the frame then shows the sign-in page.
      if (error instanceof ProblemError && error.status === 401) {
        void client.invalidateQueries({ queryKey: ['session'] });
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => {
        const lasting = error instanceof ProblemError && error.status >= 400 && error.status < 500;
        return !lasting && count < RETRIES;
      },
    },
  },
});
const router = makeRouter(client);
const rootElement = document.getElementById('root');
if (!rootElement) throw new Error('index.html has no #root');

createRoot(rootElement).render(
  <StrictMode>
    <MantineProvider theme={theme} colorSchemeManager={schemes} defaultColorScheme="light">
      <QueryClientProvider client={client}>
        <DatesLanguage>
          <Notifications position="top-right" />
          <RouterProvider router={router} />
        </DatesLanguage>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
