import { useTranslation } from 'react-i18next';
import type { BillLine, MonthlyReport } from '../../../api/types';
import { className, optionName } from '../../../app/vocabulary/tariff';
import { useFormat } from '../../../ui/useFormat';
import { basisWords } from '../basis';
import { codeOf, digitsOf, rateOf, sourcesOf } from '../bill/lines';
import { civil } from '../time';
import { DayBars } from './DayBars';
import { Paper, PaperNotes, PaperTable } from './Paper';
import { useShown } from './useShown';

function Facts({ report }: { report: MonthlyReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = useShown();
  const { bill, power_factor, carbon } = report;
  const peak = bill.peaks.all;
  const facts: [string, string, string][] = [
    [
      t('bill.total'),
      shown.won(bill.total_won),
      bill.provisional ? t('bill.provisional') : report.is_running ? t('bill.running') : '',
    ],
    [t('bill.energy'), shown.kwh(bill.kwh), shown.perKwh(bill)],
    [
      t('bill.demand'),
      shown.kw(bill.demand?.kw),
      bill.demand ? basisWords(t, format.month, bill.demand.basis) : t('basis.contract'),
    ],
    [t('bill.own_peak'), shown.kw(peak?.kw), peak ? format.dateTime(civil(peak.at)) : ''],
    [
      t('report.power_factor'),
      `${shown.percent(power_factor.lagging_percent)} / ${shown.percent(power_factor.leading_percent)}`,
      t('report.power_factor_help'),
    ],
    [
      t('report.carbon'),
      shown.unit(carbon.tco2e, 'tCO₂eq', 1),
      carbon.factor
        ? t('report.factor_of', {
            year: carbon.factor.year,
            factor: format.number(carbon.factor.tco2e_per_mwh, 4),
          })
        : t('report.no_factor'),
    ],
    [t('report.toe'), shown.unit(carbon.toe, 'toe', 1), t('report.toe_unverified')],
    [
      t('report.missing'),
      t('report.missing_of', {
        missing: format.number(report.quality.missing_slots),
        slots: format.number(report.quality.slots),
      }),
      report.quality.longest_gap_from
        ? t('report.longest_gap', {
            from: format.dateTime(civil(report.quality.longest_gap_from)),
            count: report.quality.longest_gap_slots ?? 0,
          })
        : '',
    ],
  ];
  return (
    <dl className="report-facts">
      {facts.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            {note && <span>{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ report }: { report: MonthlyReport }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const ko = i18n.language === 'ko';
  const sources = sourcesOf(report.bill);
  const rate = (line: BillLine) => {
    const of = rateOf(line);
    const value = format.number(Number(line.rate), digitsOf(line.rate));
    return of === 'none' ? '' : t(`bill_rate.${of}`, { rate: value });
  };
  const row = (line: BillLine) => {
    const isSum = rateOf(line) === 'none';
    return [
      ko ? line.name_ko : line.name_en,
      ko ? line.rule.ko : line.rule.en,
      isSum
        ? ''
        : `${format.number(line.quantity, line.unit === 'won' ? 0 : 2)} ${t(`bill_unit.${line.unit}`, { defaultValue: line.unit })}`,
      rate(line),
      line.won == null ? t('bill.not_computed') : format.number(line.won),
      isSum
        ? ''
        : `${t(`bill_status.${line.status}`, { defaultValue: line.status })} [${sources.indexOf(line.source) + 1}]`,
    ];
  };
  return (
    <PaperTable
      label={t('bill.lines')}
      words={2}
      head={[
        t('bill.line'),
        t('bill.rule'),
        t('bill.quantity'),
        t('bill.rate'),
        t('bill.won'),
        t('bill.status'),
      ]}
      rows={report.bill.lines.map(row)}
      sum
    />
  );
}

function Comparisons({ report }: { report: MonthlyReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = useShown();
  return (
    <PaperTable
      label={t('report.comparison')}
      words={2}
      head={[
        t('report.compared'),
        t('bill.month'),
        t('bill.energy'),
        t('report.change'),
        t('bill.total'),
        t('report.change'),
        t('demand.title'),
        t('report.change'),
      ]}
      rows={report.comparisons.map((other) => [
        t(`report.with_${other.with}`, { defaultValue: other.with }),
        format.month(other.month),
        shown.kwh(other.kwh),
        shown.change(other.kwh_change_percent),
        other.provisional
          ? `${shown.won(other.total_won)} (${t('bill.provisional')})`
          : shown.won(other.total_won),
        shown.change(other.won_change_percent),
        shown.kw(other.peak_kw),
        shown.change(other.peak_change_percent),
      ])}
    />
  );
}

function Events({ report }: { report: MonthlyReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = useShown();
  const band = (code: string | null | undefined) =>
    code ? t(`band.${code}`, { defaultValue: code }) : t('report.no_band');
  return (
    <>
      <PaperTable
        label={t('report.bands')}
        head={[t('report.band'), t('bill.energy'), t('report.share'), t('report.energy_charge')]}
        rows={report.bands.map((of) => [
          band(of.band),
          shown.kwh(of.kwh),
          shown.percent(of.percent),
          of.won == null ? t('bill.not_computed') : shown.won(of.won),
        ])}
      />
      <PaperTable
        label={t('report.peaks')}
        words={3}
        head={[t('demand.when'), t('report.band'), t('report.counts'), t('demand.title')]}
        rows={report.peaks.map((peak) => [
          format.dateTime(civil(peak.at)),
          band(peak.band),
          t(peak.counts ? 'report.counts_yes' : 'report.counts_no'),
          shown.kw(peak.kw),
        ])}
        empty={t('demand.none')}
      />
      <PaperTable
        label={t('report.anomalies')}
        words={3}
        head={[
          t('report.kind'),
          t('report.begun'),
          t('report.ended'),
          t('report.actual'),
          t('report.expected'),
          t('report.cost'),
        ]}
        rows={(report.anomalies ?? []).map((event) => [
          t(`report_anomaly.${event.kind}`, { defaultValue: event.kind }),
          format.dateTime(civil(event.from)),
          format.dateTime(civil(event.until)),
          shown.kwh(event.actual_kwh),
          shown.kwh(event.expected_kwh),
          event.cost_won == null ? t('anomaly.not_computed') : shown.won(event.cost_won),
        ])}
        empty={t(report.anomalies ? 'report.no_anomalies' : 'report.anomalies_unknown')}
      />
    </>
  );
}

function Days({ report }: { report: MonthlyReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const kwh = (value: number) => format.number(value, 1);
  const sum = (of: (day: MonthlyReport['days'][number]) => number) =>
    kwh(report.days.reduce((all, day) => all + of(day), 0));
  return (
    <PaperTable
      label={t('report.by_day')}
      oneLine
      head={[
        t('report.day'),
        `${t('band.light')} (kWh)`,
        `${t('band.mid')} (kWh)`,
        `${t('band.peak')} (kWh)`,
        t('report.sum_kwh'),
        t('report.peak_kw'),
        t('report.peak_at'),
        t('report.missing_slots'),
      ]}
      rows={[
        ...report.days.map((day) => [
          format.day(civil(`${day.date}T00:00:00`)),
          kwh(day.light_kwh),
          kwh(day.mid_kwh),
          kwh(day.peak_kwh),
          kwh(day.kwh),
          day.peak_kw == null ? '–' : kwh(day.peak_kw),
          day.peak_at?.slice(11, 16) ?? '–',
          format.number(day.missing_slots),
        ]),
        [
          t('report.sum'),
          sum((day) => day.light_kwh),
          sum((day) => day.mid_kwh),
          sum((day) => day.peak_kwh),
          sum((day) => day.kwh),
          kwh(report.peaks[0]?.kw ?? 0),
          report.peaks[0]?.at.slice(5, 16).replace('T', ' ') ?? '–',
          format.number(report.days.reduce((all, day) => all + day.missing_slots, 0)),
        ],
      ]}
      sum
    />
  );
}

/** The report of a month on three sheets: the month, what happened, day by day. */
export function MonthlyPaper({ report }: { report: MonthlyReport }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { bill, terms, carbon } = report;
  const ko = i18n.language === 'ko';
  const title = t('report.of_month', { month: format.month(report.month) });
  const day = (date: string) => format.day(civil(`${date}T00:00:00`));
  // The bill of a running month counts what is yet to come as gaps; the sheet says what is truly missing.
  const billNotes = bill.notes.filter((note) => !report.is_running || codeOf(note) !== 'gaps');
  const notes = [...billNotes, ...report.remarks].map((note) => (ko ? note.ko : note.en));
  const sources = [
    ...sourcesOf(bill).map((source, place) => `[${place + 1}] ${source}`),
    ...(carbon.factor
      ? [
          t('report.factor_source', {
            source: `${carbon.factor.reference}; ${carbon.factor.source}; ${carbon.factor.status}`,
          }),
        ]
      : []),
    ...(carbon.toe_source
      ? [t('report.toe_source', { source: `${carbon.toe_source}; ${carbon.toe_status ?? ''}` })]
      : []),
  ];
  return (
    <div className="report-sheets">
      <Paper head={report.head} title={title}>
        <p className="report-period">
          {t('bill.period', { from: day(bill.from), to: day(bill.to) })}
          {terms &&
            ` · ${className(t, terms.class)} ${optionName(t, terms.option)} · ${t('bill.contract_of', { kw: format.number(terms.contract_kw) })}`}
        </p>
        <Facts report={report} />
        <Comparisons report={report} />
        <DayBars days={report.days} />
        <Lines report={report} />
      </Paper>
      <Paper head={report.head} title={t('report.part', { title, n: 2 })}>
        <Events report={report} />
        <PaperNotes label={t('bill.notes')} notes={[...notes, t('report.not_an_invoice')]} />
        <PaperNotes label={t('bill.sources')} notes={sources} />
      </Paper>
      <Paper head={report.head} title={t('report.part', { title, n: 3 })}>
        <Days report={report} />
      </Paper>
    </div>
  );
}
