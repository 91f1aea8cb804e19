import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import type { ReactNode } from 'react';

interface Note {
  message: ReactNode;
  title?: string;
  color?: string;
}

/** Tells the reader something in passing; the close button has its words. */
export function notify(note: Note) {
  notifications.show({
    ...note,
    closeButtonProps: { 'aria-label': i18next.t('ui.close') },
  });
}
