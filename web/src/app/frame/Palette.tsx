import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconBuildingFactory2, IconCpu, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { devicesQuery, establishmentsQuery } from '../../api/registry';
import { useComplex } from '../complex';
import { ROOMS } from './Rail';

const SHOWN_MAX = 12;

/** Ctrl-K: goes to any page, device or establishment by a part of its name. */
export function Palette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useComplex();
  const { data: devices = [] } = useQuery(devicesQuery(id));
  const { data: establishments = [] } = useQuery(establishmentsQuery(id));

  const actions: SpotlightActionGroupData[] = [
    {
      group: t('frame.pages'),
      actions: ROOMS.flatMap(({ pages }) =>
        pages.map(({ to, word, Icon }) => ({
          id: to,
          label: t(word),
          leftSection: <Icon size={18} aria-hidden />,
          onClick: () => void navigate({ to }),
        })),
      ),
    },
    {
      group: t('device.title'),
      actions: devices.map((device) => ({
        id: device.id,
        label: device.name,
        description: device.key,
        leftSection: <IconCpu size={18} aria-hidden />,
        onClick: () =>
          void navigate({ to: '/registry/devices/$device', params: { device: device.id } }),
      })),
    },
    {
      group: t('establishment.title'),
      actions: establishments.map((establishment) => ({
        id: establishment.id,
        label: establishment.name,
        description: establishment.road_address ?? establishment.lot_address ?? undefined,
        leftSection: <IconBuildingFactory2 size={18} aria-hidden />,
        onClick: () =>
          void navigate({ to: '/registry/establishments', search: { q: establishment.name } }),
      })),
    },
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K']}
      nothingFound={t('frame.nothing_found')}
      highlightQuery
      limit={SHOWN_MAX}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('frame.search_placeholder'),
        'aria-label': t('frame.search'),
      }}
    />
  );
}
