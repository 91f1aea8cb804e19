import { DatesProvider } from '@mantine/dates';
import 'dayjs/locale/ko';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Calendars in the reader's language, weeks from Monday. */
export function DatesLanguage({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      {children}
    </DatesProvider>
  );
}
