import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alarmQuery } from '../../../api/control';
import { Answer } from '../../../ui/states';
import { ActionDialog } from './ActionDialog';
import { AlarmDetail } from './AlarmDetail';
import type { AlarmAction } from './useAlarmActions';

/** Opens beside the list, so that the list stays in sight. */
export function AlarmDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const alarm = useQuery(alarmQuery(id));
  const [action, setAction] = useState<AlarmAction>();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={t('alarm.detail')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      <Answer of={alarm}>
        {(found) => (
          <>
            <AlarmDetail alarm={found} onAction={setAction} />
            {action && (
              <ActionDialog alarm={found} action={action} onClose={() => setAction(undefined)} />
            )}
          </>
        )}
      </Answer>
    </Drawer>
  );
}
