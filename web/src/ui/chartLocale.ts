// Names of months and days on the axes of charts; the chart library speaks English by itself.
import { registerLocale } from 'echarts/core';

const MONTHS = Array.from({ length: 12 }, (_, month) => `${month + 1}월`);
const DAYS = ['일', '월', '화', '수', '목', '금', '토'];

const time = {
  month: MONTHS,
  monthAbbr: MONTHS,
  dayOfWeek: DAYS.map((day) => `${day}요일`),
  dayOfWeekAbbr: DAYS,
};
// What is not named here stays in English: menus of parts that no chart of ours has.
registerLocale('KO', { time } as Parameters<typeof registerLocale>[1]);

/** The chart library's name of a language of the console. */
export const chartLocale = (language: string) => (language === 'ko' ? 'KO' : 'EN');
