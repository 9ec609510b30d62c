// Draws a chart with uplot: in the colours of the theme, as wide as there is room.
import uPlot from 'uplot'
// Becomes a file of its own, which comes with this one.
// oxlint-disable-next-line import/no-unassigned-import
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import type { ChartProps, Series } from './Chart.tsx'

const DAY = 86_400
const HEIGHT = 170
/** Every how many days the axis may be marked. */
const STEPS = [1, 2, 4, 7, 14, 28, 56, 112, 224]
/** Colours of the theme that are told apart on its ground, in the order of the series; then they begin again with dashes. */
const COLOURS = ['--link', '--good', '--bad', '--ink', '--muted'] as const

type CanvasProps = ChartProps & { readonly language: string; readonly dayTitle: string }

/** The picture alone. Colours are read when it is drawn, so another theme draws another one. */
export function ChartCanvas(props: CanvasProps): ReactElement {
  return <Picture key={useTheme()} {...props} />
}

function Picture({ days, series, write, most, language, dayTitle }: CanvasProps): ReactElement {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = place
    if (current === null) return undefined
    const plot = new uPlot(
      optionsOf({
        series,
        write,
        language,
        dayTitle,
        width: current.clientWidth,
        ...(most === undefined ? {} : { most }),
      }),
      [days.map(secondsOf), ...series.map(({ values }) => [...values])],
      current,
    )
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: current.clientWidth, height: HEIGHT })
    })
    observer.observe(current)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [days, series, write, most, language, dayTitle])
  return <div ref={place} className="chart h-full w-full overflow-hidden" />
}

type Drawing = Pick<CanvasProps, 'series' | 'write' | 'most' | 'language' | 'dayTitle'> & { readonly width: number }

/** From zero to a little more than the largest value. */
const UPWARDS: uPlot.Range.Config = { min: { pad: 0, soft: 0, mode: 1 }, max: { pad: 0.1, soft: 0, mode: 1 } }

function optionsOf({ series, write, most, language, dayTitle, width }: Drawing): uPlot.Options {
  const date = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' })
  const writeDay = (seconds: number): string => date.format(seconds * 1_000)
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  return {
    width,
    height: HEIGHT,
    // Room for half a date at the end.
    padding: [12, 28, 0, 0],
    scales: { x: { time: false }, y: { range: most === undefined ? UPWARDS : [0, most * 1.05] } },
    axes: [
      {
        ...axis,
        incrs: STEPS.map((step) => step * DAY),
        space: 70,
        values: (_, splits) => splits.map(writeDay),
      },
      { ...axis, size: 60, space: 30, values: (_, splits) => splits.map((value) => write(value)) },
    ],
    cursor: { y: false, drag: { x: false, y: false } },
    series: [
      { label: dayTitle, value: (_, seconds) => (seconds === null ? '–' : writeDay(seconds)) },
      ...series.map((one, index) => drawingOf(one, index, write)),
    ],
  }
}

function drawingOf({ title, look, values }: Series, index: number, write: (value: number) => string): uPlot.Series {
  const stroke = colour(COLOURS[index % COLOURS.length] ?? '--ink')
  const value = (_: uPlot, shown: number | null): string => (shown === null ? '–' : write(shown))
  if (look === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.7, 40] })
    return {
      label: title,
      value,
      stroke,
      width: 0,
      fill: stroke,
      points: { show: false },
      ...(paths === undefined ? {} : { paths }),
    }
  }
  const dash = index < COLOURS.length ? {} : { dash: [6, 4] }
  return {
    label: title,
    value,
    stroke,
    width: 2,
    spanGaps: true,
    points: { show: values.includes(null), size: 5, fill: stroke },
    ...dash,
  }
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

function secondsOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1_000
}

/** Changes whenever the theme does, by choice or with the system. */
function useTheme(): number {
  const [theme, setTheme] = useState(0)
  useEffect(() => {
    const change = (): void => {
      setTheme((before) => before + 1)
    }
    const system = matchMedia('(prefers-color-scheme: dark)')
    const choice = new MutationObserver(change)
    choice.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    system.addEventListener('change', change)
    return () => {
      choice.disconnect()
      system.removeEventListener('change', change)
    }
  }, [])
  return theme
}
