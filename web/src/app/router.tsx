import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { sessionQuery, systemQuery } from '../api/platform';
import { GRADES } from '../api/types';
import { readChoice } from '../features/telemetry/query/choice';
import { day, flag, month, oneOf, some, text, wholeNumber } from '../ui/search';
import { Loading } from '../ui/states';
import { NotFound, RouteError } from './frame/Fallback';
import { Frame } from './frame/Frame';

interface RouterContext {
  client: QueryClient;
}
type Raw = Record<string, unknown>;

const root = createRootRouteWithContext<RouterContext>()({
  validateSearch: (raw: Raw): { complex?: string } => ({ complex: text(raw.complex) }),
  search: { middlewares: [retainSearchParams(['complex'])] },
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: RouteError,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Raw): { next?: string } => ({ next: text(raw.next) }),
  beforeLoad: async ({ context }) => {
    const system = await context.client.ensureQueryData(systemQuery);
    if (!system.set_up) throw redirect({ to: '/setup' });
  },
  component: lazyRouteComponent(() => import('../features/account/SignInPage'), 'SignInPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (raw: Raw): { token?: string } => ({ token: text(raw.token) }),
  component: lazyRouteComponent(() => import('../features/account/SetupPage'), 'SetupPage'),
});

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: Frame,
});

const overview = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyRouteComponent(() => import('../features/overview/OverviewPage'), 'OverviewPage'),
});

const control = createRoute({
  getParentRoute: () => app,
  path: '/control',
  validateSearch: (raw: Raw): { alarm?: string; open?: true; device?: string; silent?: true } => ({
    alarm: text(raw.alarm),
    open: flag(raw.open),
    device: text(raw.device),
    silent: flag(raw.silent),
  }),
  component: lazyRouteComponent(() => import('../features/control/map/ControlPage'), 'ControlPage'),
});

const alarms = createRoute({
  getParentRoute: () => app,
  path: '/control/alarms',
  validateSearch: (raw: Raw) =>
    some({
      state: oneOf('open', 'all')(raw.state),
      grade: oneOf(...GRADES)(raw.grade),
      alarm: text(raw.alarm),
      q: text(raw.q),
    }),
  component: lazyRouteComponent(
    () => import('../features/control/alarm/AlarmListPage'),
    'AlarmListPage',
  ),
});

const rules = createRoute({
  getParentRoute: () => app,
  path: '/control/rules',
  validateSearch: (raw: Raw): { rule?: string; q?: string } => ({
    rule: text(raw.rule),
    q: text(raw.q),
  }),
  component: lazyRouteComponent(() => import('../features/control/rule/RulesPage'), 'RulesPage'),
});

const commands = createRoute({
  getParentRoute: () => app,
  path: '/control/commands',
  validateSearch: (raw: Raw): { device?: string; q?: string } => ({
    device: text(raw.device),
    q: text(raw.q),
  }),
  component: lazyRouteComponent(
    () => import('../features/control/command/CommandsPage'),
    'CommandsPage',
  ),
});

const bills = createRoute({
  getParentRoute: () => app,
  path: '/energy/bills',
  validateSearch: (raw: Raw) =>
    some({
      contract: text(raw.contract),
      from: month(raw.from),
      to: month(raw.to),
      month: month(raw.month),
      kw: wholeNumber(raw.kw),
      voltages: oneOf('all')(raw.voltages),
      shift: text(raw.shift),
    }),
  component: lazyRouteComponent(() => import('../features/energy/bill/BillsPage'), 'BillsPage'),
});

const demand = createRoute({
  getParentRoute: () => app,
  path: '/energy/demand',
  validateSearch: (raw: Raw) =>
    some({ contract: text(raw.contract), from: month(raw.from), to: month(raw.to) }),
  component: lazyRouteComponent(() => import('../features/energy/demand/DemandPage'), 'DemandPage'),
});

const today = createRoute({
  getParentRoute: () => app,
  path: '/energy/today',
  validateSearch: (raw: Raw) => some({ contract: text(raw.contract) }),
  component: lazyRouteComponent(() => import('../features/energy/peak/TodayPage'), 'TodayPage'),
});

const sharing = createRoute({
  getParentRoute: () => app,
  path: '/energy/sharing',
  validateSearch: (raw: Raw) =>
    some({
      site: text(raw.site),
      tab: oneOf('grants', 'reads', 'received', 'benchmark', 'complex')(raw.tab),
      month: month(raw.month),
    }),
  component: lazyRouteComponent(
    () => import('../features/energy/sharing/SharingPage'),
    'SharingPage',
  ),
});

const meters = createRoute({
  getParentRoute: () => app,
  path: '/energy/meters',
  validateSearch: (raw: Raw) =>
    some({ meter: text(raw.meter), month: month(raw.month), view: oneOf('table')(raw.view) }),
  component: lazyRouteComponent(() => import('../features/energy/meter/MetersPage'), 'MetersPage'),
});

const selfSufficiency = createRoute({
  getParentRoute: () => app,
  path: '/energy/self_sufficiency',
  validateSearch: (raw: Raw) =>
    some({
      from: month(raw.from),
      to: month(raw.to),
      by: oneOf('hour', 'day', 'month')(raw.by),
      pv: wholeNumber(raw.pv),
      of: text(raw.of),
      purpose: oneOf('disclosure', 'k_ets', 'informative')(raw.purpose),
      product: wholeNumber(raw.product),
    }),
  component: lazyRouteComponent(
    () => import('../features/energy/self_sufficiency/SelfSufficiencyPage'),
    'SelfSufficiencyPage',
  ),
});

const savings = createRoute({
  getParentRoute: () => app,
  path: '/energy/savings',
  validateSearch: (raw: Raw) => some({ new: flag(raw.new), q: text(raw.q) }),
  component: lazyRouteComponent(
    () => import('../features/energy/saving_measure/SavingMeasuresPage'),
    'SavingMeasuresPage',
  ),
});

const saving = createRoute({
  getParentRoute: () => app,
  path: '/energy/savings/$measure',
  component: lazyRouteComponent(
    () => import('../features/energy/saving_measure/SavingMeasurePage'),
    'SavingMeasurePage',
  ),
});

const forecast = createRoute({
  getParentRoute: () => app,
  path: '/energy/forecast',
  validateSearch: (raw: Raw) =>
    some({ contract: text(raw.contract), day: day(raw.day), month: month(raw.month) }),
  component: lazyRouteComponent(
    () => import('../features/energy/forecast/ForecastPage'),
    'ForecastPage',
  ),
});

const anomalies = createRoute({
  getParentRoute: () => app,
  path: '/energy/anomalies',
  validateSearch: (raw: Raw) =>
    some({
      contract: text(raw.contract),
      from: day(raw.from),
      to: day(raw.to),
      event: text(raw.event),
    }),
  component: lazyRouteComponent(
    () => import('../features/energy/anomaly/AnomaliesPage'),
    'AnomaliesPage',
  ),
});

const invoices = createRoute({
  getParentRoute: () => app,
  path: '/energy/invoices',
  validateSearch: (raw: Raw) => some({ contract: text(raw.contract), month: month(raw.month) }),
  component: lazyRouteComponent(
    () => import('../features/energy/invoice/InvoicesPage'),
    'InvoicesPage',
  ),
});

const response = createRoute({
  getParentRoute: () => app,
  path: '/energy/response',
  validateSearch: (raw: Raw) =>
    some({
      contract: text(raw.contract),
      from: month(raw.from),
      to: month(raw.to),
      rules: text(raw.rules),
      exclusions: oneOf('reductions', 'low_days', 'factory')(raw.exclusions),
      day: text(raw.day),
      call: text(raw.call),
    }),
  component: lazyRouteComponent(
    () => import('../features/energy/response/ResponsePage'),
    'ResponsePage',
  ),
});

const dispatch = createRoute({
  getParentRoute: () => app,
  path: '/energy/dispatch',
  validateSearch: (raw: Raw) =>
    some({
      contract: text(raw.contract),
      from: month(raw.from),
      to: month(raw.to),
      kwh: wholeNumber(raw.kwh),
      kw: wholeNumber(raw.kw),
      day: text(raw.day),
    }),
  component: lazyRouteComponent(
    () => import('../features/energy/dispatch/DispatchPage'),
    'DispatchPage',
  ),
});

const reports = createRoute({
  getParentRoute: () => app,
  path: '/energy/reports',
  validateSearch: (raw: Raw) =>
    some({
      contract: text(raw.contract),
      tab: oneOf('month', 'product', 'year')(raw.tab),
      month: month(raw.month),
      from: month(raw.from),
      to: month(raw.to),
      year: wholeNumber(raw.year),
    }),
  component: lazyRouteComponent(
    () => import('../features/energy/report/ReportsPage'),
    'ReportsPage',
  ),
});

const electricityContracts = createRoute({
  getParentRoute: () => app,
  path: '/energy/contracts',
  validateSearch: (raw: Raw): { contract?: string; q?: string } => ({
    contract: text(raw.contract),
    q: text(raw.q),
  }),
  component: lazyRouteComponent(
    () => import('../features/energy/electricity_contract/ElectricityContractsPage'),
    'ElectricityContractsPage',
  ),
});

const chart = createRoute({
  getParentRoute: () => app,
  path: '/data/chart',
  validateSearch: (raw: Raw) =>
    some({
      points: text(raw.points),
      from: text(raw.from),
      to: text(raw.to),
      span: oneOf('6h', '1d', '7d', '30d', '1y')(raw.span),
      compare: oneOf('day', 'week', 'year')(raw.compare),
    }),
  component: lazyRouteComponent(() => import('../features/telemetry/chart/ChartPage'), 'ChartPage'),
});

const query = createRoute({
  getParentRoute: () => app,
  path: '/data/query',
  validateSearch: (raw: Raw) => some({ ...readChoice(raw), tab: oneOf('chart', 'sql')(raw.tab) }),
  component: lazyRouteComponent(() => import('../features/telemetry/query/QueryPage'), 'QueryPage'),
});

const coverage = createRoute({
  getParentRoute: () => app,
  path: '/data/coverage',
  validateSearch: (raw: Raw) =>
    some({
      span: oneOf('6h', '1d', '7d', '30d')(raw.span),
      kind: oneOf('sensor', 'meter', 'gateway', 'camera', 'vehicle', 'sign', 'other')(raw.kind),
      establishment: text(raw.establishment),
      q: text(raw.q),
    }),
  component: lazyRouteComponent(
    () => import('../features/telemetry/coverage/CoveragePage'),
    'CoveragePage',
  ),
});

const rejects = createRoute({
  getParentRoute: () => app,
  path: '/data/rejects',
  validateSearch: (raw: Raw) =>
    some({
      device: text(raw.device),
      code: text(raw.code),
      q: text(raw.q),
      span: oneOf('1d', '7d', '30d')(raw.span),
      by: oneOf('code', 'device')(raw.by),
      at: text(raw.at),
    }),
  component: lazyRouteComponent(
    () => import('../features/telemetry/reject/RejectsPage'),
    'RejectsPage',
  ),
});

const sources = createRoute({
  getParentRoute: () => app,
  path: '/data/sources',
  validateSearch: (raw: Raw): { source?: string; q?: string } => ({
    source: text(raw.source),
    q: text(raw.q),
  }),
  component: lazyRouteComponent(
    () => import('../features/connect/source/SourcesPage'),
    'SourcesPage',
  ),
});

const corrections = createRoute({
  getParentRoute: () => app,
  path: '/data/corrections',
  validateSearch: (raw: Raw) =>
    some({
      point: text(raw.point),
      from: text(raw.from),
      to: text(raw.to),
      span: oneOf('6h', '1d', '7d', '30d', '1y')(raw.span),
      tab: oneOf('values', 'history')(raw.tab),
    }),
  component: lazyRouteComponent(
    () => import('../features/telemetry/correction/CorrectionsPage'),
    'CorrectionsPage',
  ),
});

const erasures = createRoute({
  getParentRoute: () => app,
  path: '/data/erasures',
  validateSearch: (raw: Raw): { erasure?: string } => ({ erasure: text(raw.erasure) }),
  component: lazyRouteComponent(
    () => import('../features/telemetry/erasure/ErasuresPage'),
    'ErasuresPage',
  ),
});

const imports = createRoute({
  getParentRoute: () => app,
  path: '/data/imports',
  validateSearch: (raw: Raw) =>
    some({ device: text(raw.device), tab: oneOf('interval', 'readings')(raw.tab) }),
  component: lazyRouteComponent(
    () => import('../features/telemetry/import/ImportsPage'),
    'ImportsPage',
  ),
});

const complexes = createRoute({
  getParentRoute: () => app,
  path: '/registry/complexes',
  validateSearch: (raw: Raw) =>
    some({
      tab: oneOf('complexes', 'parcels', 'buildings', 'units')(raw.tab),
    }),
  component: lazyRouteComponent(
    () => import('../features/registry/complex/ComplexesPage'),
    'ComplexesPage',
  ),
});

const establishments = createRoute({
  getParentRoute: () => app,
  path: '/registry/establishments',
  validateSearch: (raw: Raw) =>
    some({
      tab: oneOf('establishments', 'companies')(raw.tab),
      q: text(raw.q),
    }),
  component: lazyRouteComponent(
    () => import('../features/registry/establishment/EstablishmentsPage'),
    'EstablishmentsPage',
  ),
});

const organisations = createRoute({
  getParentRoute: () => app,
  path: '/registry/organisations',
  validateSearch: (raw: Raw) =>
    some({
      tab: oneOf('organisations', 'people')(raw.tab),
      q: text(raw.q),
    }),
  component: lazyRouteComponent(
    () => import('../features/registry/organisation/OrganisationsPage'),
    'OrganisationsPage',
  ),
});

const devices = createRoute({
  getParentRoute: () => app,
  path: '/registry/devices',
  validateSearch: (raw: Raw): { q?: string; silent?: true } => ({
    q: text(raw.q),
    silent: flag(raw.silent),
  }),
  component: lazyRouteComponent(
    () => import('../features/registry/device/DevicesPage'),
    'DevicesPage',
  ),
});

const device = createRoute({
  getParentRoute: () => app,
  path: '/registry/devices/$device',
  component: lazyRouteComponent(
    () => import('../features/registry/device/DevicePage'),
    'DevicePage',
  ),
});

const profiles = createRoute({
  getParentRoute: () => app,
  path: '/registry/profiles',
  validateSearch: (raw: Raw): { q?: string } => ({ q: text(raw.q) }),
  component: lazyRouteComponent(
    () => import('../features/registry/profile/ProfilesPage'),
    'ProfilesPage',
  ),
});

const profile = createRoute({
  getParentRoute: () => app,
  path: '/registry/profiles/$profile',
  component: lazyRouteComponent(
    () => import('../features/registry/profile/ProfilePage'),
    'ProfilePage',
  ),
});

const deviceHealth = createRoute({
  getParentRoute: () => app,
  path: '/registry/health',
  validateSearch: (raw: Raw): { q?: string; care?: true } => ({
    q: text(raw.q),
    care: flag(raw.care),
  }),
  component: lazyRouteComponent(
    () => import('../features/registry/health/DeviceHealthPage'),
    'DeviceHealthPage',
  ),
});

const quarantine = createRoute({
  getParentRoute: () => app,
  path: '/registry/quarantine',
  validateSearch: (raw: Raw) =>
    some({ decision: oneOf('waiting', 'adopted', 'refused')(raw.decision) }),
  component: lazyRouteComponent(
    () => import('../features/registry/quarantine/QuarantinePage'),
    'QuarantinePage',
  ),
});

const claim = createRoute({
  getParentRoute: () => root,
  path: '/claim',
  component: lazyRouteComponent(() => import('../features/registry/claim/ClaimPage'), 'ClaimPage'),
});

const registryImports = createRoute({
  getParentRoute: () => app,
  path: '/registry/imports',
  validateSearch: (raw: Raw) => some({ tab: oneOf('file', 'review')(raw.tab) }),
  component: lazyRouteComponent(
    () => import('../features/registry/import/RegistryImportsPage'),
    'RegistryImportsPage',
  ),
});

const people = createRoute({
  getParentRoute: () => app,
  path: '/settings/people',
  validateSearch: (raw: Raw): { account?: string; q?: string } => ({
    account: text(raw.account),
    q: text(raw.q),
  }),
  component: lazyRouteComponent(
    () => import('../features/settings/people/PeoplePage'),
    'PeoplePage',
  ),
});

const tokens = createRoute({
  getParentRoute: () => app,
  path: '/settings/tokens',
  component: lazyRouteComponent(
    () => import('../features/settings/token/TokensPage'),
    'TokensPage',
  ),
});

const audit = createRoute({
  getParentRoute: () => app,
  path: '/settings/audit',
  validateSearch: (raw: Raw) =>
    some({
      action: text(raw.action),
      subject: text(raw.subject),
      entry: text(raw.entry),
    }),
  component: lazyRouteComponent(() => import('../features/settings/audit/AuditPage'), 'AuditPage'),
});

const tree = root.addChildren([
  signIn,
  setup,
  claim,
  app.addChildren([
    overview,
    control,
    alarms,
    rules,
    commands,
    bills,
    demand,
    today,
    sharing,
    meters,
    selfSufficiency,
    savings,
    saving,
    forecast,
    anomalies,
    invoices,
    response,
    dispatch,
    reports,
    electricityContracts,
    chart,
    query,
    coverage,
    rejects,
    corrections,
    erasures,
    sources,
    imports,
    complexes,
    establishments,
    organisations,
    devices,
    device,
    profiles,
    profile,
    deviceHealth,
    quarantine,
    registryImports,
    people,
    tokens,
    audit,
  ]),
]);

export const makeRouter = (client: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: false,
    defaultPendingComponent: Loading,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
