import { AppShell, ScrollArea, Text } from '@mantine/core';
import {
  IconAddressBook,
  IconAlertTriangle,
  IconBan,
  IconBattery3,
  IconBellRinging,
  IconBinaryTree,
  IconBuildingCommunity,
  IconBuildingFactory2,
  IconChartHistogram,
  IconChartLine,
  IconCpu,
  IconDatabaseImport,
  IconEdit,
  IconEraser,
  IconFileDiff,
  IconFileImport,
  IconFileInvoice,
  IconGauge,
  IconHandStop,
  IconHeartbeat,
  IconHistory,
  IconHome,
  IconHourglass,
  IconKey,
  IconLeaf,
  IconMap2,
  IconPlugConnected,
  IconReceipt,
  IconReport,
  IconReportSearch,
  IconRulerMeasure,
  IconShare3,
  IconSolarPanel,
  IconSpeakerphone,
  IconTemplate,
  IconTrendingUp,
  IconUserShield,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavItem } from '../../ui/links';

/** The rooms that exist today, in the order of a working day. */
export const ROOMS = [
  { room: 'frame.room_home', pages: [{ to: '/', word: 'overview.title', Icon: IconHome }] },
  {
    room: 'frame.room_control',
    pages: [
      { to: '/control', word: 'control.title', Icon: IconMap2 },
      { to: '/control/alarms', word: 'alarm.title', Icon: IconBellRinging },
      { to: '/control/rules', word: 'rule.title', Icon: IconRulerMeasure },
      { to: '/control/commands', word: 'command.title', Icon: IconSpeakerphone },
    ],
  },
  {
    room: 'frame.room_energy',
    pages: [
      { to: '/energy/today', word: 'today.title', Icon: IconGauge },
      { to: '/energy/forecast', word: 'forecast.title', Icon: IconTrendingUp },
      { to: '/energy/bills', word: 'bill.title', Icon: IconReceipt },
      { to: '/energy/demand', word: 'demand.title', Icon: IconChartHistogram },
      { to: '/energy/anomalies', word: 'anomaly.title', Icon: IconAlertTriangle },
      { to: '/energy/invoices', word: 'invoice.title', Icon: IconFileDiff },
      { to: '/energy/savings', word: 'saving_measure.title', Icon: IconLeaf },
      { to: '/energy/reports', word: 'report.title', Icon: IconReport },
      { to: '/energy/dispatch', word: 'dispatch.title', Icon: IconBattery3 },
      { to: '/energy/response', word: 'response.title', Icon: IconHandStop },
      { to: '/energy/meters', word: 'meter.title', Icon: IconBinaryTree },
      { to: '/energy/self_sufficiency', word: 'self_sufficiency.title', Icon: IconSolarPanel },
      { to: '/energy/sharing', word: 'sharing.title', Icon: IconShare3 },
      { to: '/energy/contracts', word: 'electricity_contract.title', Icon: IconFileInvoice },
    ],
  },
  {
    room: 'frame.room_data',
    pages: [
      { to: '/data/chart', word: 'chart.title', Icon: IconChartLine },
      { to: '/data/query', word: 'query.title', Icon: IconReportSearch },
      { to: '/data/coverage', word: 'coverage.title', Icon: IconHeartbeat },
      { to: '/data/sources', word: 'source.title', Icon: IconPlugConnected },
      { to: '/data/imports', word: 'import.title', Icon: IconDatabaseImport },
      { to: '/data/rejects', word: 'reject.title', Icon: IconBan },
      { to: '/data/corrections', word: 'correction.title', Icon: IconEdit },
      { to: '/data/erasures', word: 'erasure.title', Icon: IconEraser },
    ],
  },
  {
    room: 'frame.room_registry',
    pages: [
      { to: '/registry/complexes', word: 'complex.title', Icon: IconBuildingCommunity },
      { to: '/registry/establishments', word: 'establishment.title', Icon: IconBuildingFactory2 },
      { to: '/registry/organisations', word: 'organisation.title', Icon: IconAddressBook },
      { to: '/registry/devices', word: 'device.title', Icon: IconCpu },
      { to: '/registry/profiles', word: 'profile.title', Icon: IconTemplate },
      { to: '/registry/health', word: 'device_health.title', Icon: IconHeartbeat },
      { to: '/registry/quarantine', word: 'quarantine.title', Icon: IconHourglass },
      { to: '/registry/imports', word: 'registry_import.title', Icon: IconFileImport },
    ],
  },
  {
    room: 'frame.room_settings',
    pages: [
      { to: '/settings/people', word: 'people.title', Icon: IconUserShield },
      { to: '/settings/tokens', word: 'token.title', Icon: IconKey },
      { to: '/settings/audit', word: 'audit.title', Icon: IconHistory },
    ],
  },
] as const;

export function Rail() {
  const { t } = useTranslation();
  return (
    <AppShell.Section grow component={ScrollArea} px={6} pb="md">
      {ROOMS.map(({ room, pages }) => (
        <div key={room}>
          <Text size="xs" fw={600} c="dimmed" px="sm" pt="sm" pb={2}>
            {t(room)}
          </Text>
          {pages.map(({ to, word, Icon }) => (
            <NavItem
              key={to}
              to={to}
              label={t(word)}
              leftSection={<Icon size={18} aria-hidden />}
              activeOptions={{ exact: true, includeSearch: false }}
              className="rail-item"
            />
          ))}
        </div>
      ))}
    </AppShell.Section>
  );
}
