// Short names for the generated types. Nothing is declared here that the server did not declare.
import type { components } from './schema';

type S = components['schemas'];

export type Account = S['AccountView'];
export type Alarm = S['Alarm'];
export type AlarmRule = S['AlarmRule'];
export type AlarmState = S['AlarmState'];
export type AlarmSummary = S['AlarmSummary'];
export type Anomalies = S['AnomalyList'];
export type Anomaly = S['AnomalyView'];
export type AuditEntry = S['AuditEntry'];
export type Bill = S['BillView'];
export type BillLine = S['BillLine'];
export type BillSentence = S['BillSentence'];
export type Bills = S['BillList'];
export type Building = S['Building'];
export type Candidate = S['Candidate'];
export type ColumnMapping = S['ColumnMapping'];
export type Command = S['Command'];
export type CommandState = S['CommandState'];
export type Company = S['Company'];
export type Complex = S['Complex'];
export type ContractTerms = S['ContractTerms'];
export type ContractTermsRow = S['ContractTermsRow'];
export type Correction = S['Correction'];
export type CorrectionChange = S['Change'];
export type Erasure = S['Erasure'];
export type Organisation = S['Organisation'];
export type Person = S['Person'];
export type ReadingFileRefusal = S['ReadingFileRefusal'];
export type ReadingValue = S['ReadingValue'];
export type Coverage = S['CoverageList'];
export type CoverageRow = S['CoverageRow'];
export type Demand = S['DemandView'];
export type Gauge = S['GaugeView'];
export type DemandDay = S['DemandDay'];
export type Dispatch = S['DispatchView'];
export type DrEvent = S['DrEventView'];
export type DrProposal = S['DrProposalView'];
export type VtnConnection = S['VtnConnectionView'];
export type DrEventTerms = S['DrEventTerms'];
export type DrFitness = S['DrFitnessView'];
export type DrMethod = S['DrMethod'];
export type DrRules = S['DrRules'];
export type PlanBasis = S['PlanBasis'];
export type Sizing = S['SizingView'];
export type SizingNew = S['SizingNew'];
export type Device = S['Device'];
export type Calibration = S['Calibration'];
export type DeviceHealth = S['DeviceHealth'];
export type DeviceProfile = S['DeviceProfile'];
export type QuarantinedDevice = S['QuarantinedDevice'];
export type DeviceKind = S['DeviceKind'];
export type AnnualReport = S['AnnualReportView'];
export type SiteReport = S['SiteReport'];
export type ElectricityContract = S['ElectricityContract'];
export type EmissionReport = S['EmissionReport'];
export type Meter = S['Meter'];
export type MeterBalance = S['MeterBalance'];
export type MeterBalancePeriod = S['MeterBalancePeriod'];
export type MeterEnergy = S['MeterEnergy'];
export type MeterFlow = S['MeterFlow'];
export type SelfSufficiency = S['SelfSufficiency'];
export type SelfSufficiencyFigures = S['SelfSufficiencyFigures'];
export type EnteredValue = S['EnteredValue'];
export type MeasureModel = S['MeasureModel'];
export type MeasurePlan = S['MeasurePlan'];
export type MeasureResult = S['MeasureResult'];
export type MeasureVariable = S['MeasureVariable'];
export type SavingMeasure = S['SavingMeasureView'];
export type SavingResult = S['MeasureResultView'];
export type MonthlyReport = S['MonthlyReportView'];
export type ProductionEntry = S['ProductionEntry'];
export type Production = S['Production'];
export type ProductReport = S['ProductReportView'];
export type ReportHead = S['ReportHead'];
export type ReportRemark = S['ReportRemark'];
export type Establishment = S['Establishment'];
export type Forecast = S['ForecastView'];
export type Grade = S['Grade'];
export type ImportRow = S['ImportRow'];
export type IntervalImport = S['IntervalImport'];
export type IntervalPreview = S['IntervalPreview'];
export type Invoice = S['Invoice'];
export type InvoiceCheck = S['InvoiceCheckView'];
export type LoadPlan = S['LoadPlan'];
export type LoadShift = S['LoadShiftView'];
export type Metric = S['Metric'];
export type MappingError = S['MappingError'];
export type MappingTried = S['MappingTried'];
export type TriedReading = S['TriedReading'];
export type Latest = S['LatestValue'];
export type AlarmRuleNew = S['AlarmRuleNew'];
export type Parcel = S['Parcel'];
export type Point = S['Point'];
export type Readings = S['ReadingList'];
export type RegistryImport = S['RegistryImportPreview'];
export type Reject = S['RejectRow'];
export type ReviewItem = S['ReviewItem'];
export type Role = S['Role'];
export type SavedQuery = S['SavedQuery'];
export type Benchmark = S['BenchmarkView'];
export type SharedReadings = S['SharedReadings'];
export type SharingGrant = S['SharingGrantView'];
export type SharingGroup = S['SharingGroupView'];
export type SharingGroups = S['SharingGroupList'];
export type SharingLevel = S['SharingLevel'];
export type SharingRead = S['SharingRead'];
export type SharingTerms = S['SharingTerms'];
export type SeriesValues = S['SeriesValues'];
export type Tariff = S['Page_TariffView']['items'][number];
export type Trouble = S['Trouble'];
export type Session = S['SessionView'];
export type SqlAnswer = S['SqlQueryAnswer'];
export type Source = S['Source'];
export type SourceConnection = S['SourceConnection'];
export type SourceView = S['SourceView'];
export type System = S['System'];
export type Token = S['TokenView'];
export type Transition = S['AlarmTransition'];
export type Unit = S['Unit'];

export const GRADES = ['emergency', 'danger', 'warning', 'caution'] as const satisfies Grade[];
export const ROLES = [
  'operator',
  'environment',
  'energy_manager',
  'energy_office',
  'engineer',
  'programme_manager',
  'auditor',
  'administrator',
  'ingest',
] as const satisfies Role[];
