import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';

interface MayButtonProps extends ButtonProps {
  may: boolean;
  'aria-label'?: string;
  onClick: () => void;
}

/** A button that says why it is of no use to a reader whose roles never allow what it does. */
export function MayButton({ may, onClick, ...rest }: MayButtonProps) {
  const { t } = useTranslation();
  if (may) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip
      label={t('ui.no_role')}
      multiline
      maw={280}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        {...rest}
        data-disabled
        aria-disabled
        onClick={(event: MouseEvent) => event.preventDefault()}
      />
    </Tooltip>
  );
}
