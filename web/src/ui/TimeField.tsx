import {
  DatePickerInput,
  type DatePickerInputProps,
  DateTimePicker,
  type DateTimePickerProps,
  MonthPickerInput,
  type MonthPickerInputProps,
} from '@mantine/dates';
import { useTranslation } from 'react-i18next';

/** Words for the buttons of a calendar that show only a sign. */
function useCalendarWords() {
  const { t } = useTranslation();
  return {
    ariaLabels: {
      monthLevelControl: t('calendar.month'),
      yearLevelControl: t('calendar.year'),
      nextMonth: t('calendar.next_month'),
      previousMonth: t('calendar.previous_month'),
      nextYear: t('calendar.next_year'),
      previousYear: t('calendar.previous_year'),
      nextDecade: t('calendar.next_decade'),
      previousDecade: t('calendar.previous_decade'),
    },
    clearButtonProps: { 'aria-label': t('ui.clear') },
  };
}

/** A day and a time of Seoul: `2026-11-26 09:30:00`. */
export function TimeField(props: DateTimePickerProps) {
  const { t } = useTranslation();
  return (
    <DateTimePicker
      {...useCalendarWords()}
      valueFormat="YYYY-MM-DD HH:mm"
      timePickerProps={{
        hoursInputLabel: t('calendar.hours'),
        minutesInputLabel: t('calendar.minutes'),
      }}
      submitButtonProps={{ 'aria-label': t('calendar.take') }}
      {...props}
    />
  );
}

/** A day of Seoul: `2026-11-26`. */
export function DayField(props: DatePickerInputProps) {
  return <DatePickerInput {...useCalendarWords()} valueFormat="YYYY-MM-DD" {...props} />;
}

/** A month: `2026-11`. */
export function MonthField({
  value,
  onChange,
  ...rest
}: Omit<MonthPickerInputProps, 'value' | 'onChange' | 'type'> & {
  value: string | null;
  onChange: (month: string | null) => void;
}) {
  return (
    <MonthPickerInput
      {...useCalendarWords()}
      valueFormat="YYYY-MM"
      value={value ? `${value}-01` : null}
      onChange={(day) => onChange(typeof day === 'string' ? day.slice(0, 7) : null)}
      {...rest}
    />
  );
}
