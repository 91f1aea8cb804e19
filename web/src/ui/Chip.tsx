import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A condition that narrows the page, and the button that takes it away. */
export function Chip({
  children,
  onRemove,
}: {
  children: string;
  onRemove: () => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="pill">
      {children}
      <CloseButton
        size="xs"
        variant="transparent"
        aria-label={t('ui.take_away', { name: children })}
        onClick={onRemove}
      />
    </span>
  );
}
