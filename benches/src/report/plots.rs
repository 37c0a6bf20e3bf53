//! Plots as SVG that goes into the page: drawn by plotters, then made to follow the page's colours and told to
//! those who do not see it. No meaning rests on colour alone: every bar has its name and its figure beside it.

use super::format::{digits, factor, figure, percent};
use super::summary::{self, LYRA, NATIVE};
use super::tiers::Tier;
use crate::result::{Distribution, ProgramResult};
use crate::statistics::{maximum, minimum, quantile};
use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A colour of the page's style sheet. plotters only knows fixed ones, so each is drawn as a stand-in colour that
/// [`finish`] replaces by the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Ink,
    Faint,
    Grid,
    Lyra,
    LyraSoft,
    Peer(usize),
}

/// Names in the style sheet, at the number in the stand-in colour.
const VARIABLES: [&str; 9] =
    ["--ink", "--faint", "--grid", "--lyra", "--lyra-soft", "--peer-1", "--peer-2", "--peer-3", "--peer-4"];

impl Paint {
    fn number(self) -> u8 {
        match self {
            Self::Ink => 0,
            Self::Faint => 1,
            Self::Grid => 2,
            Self::Lyra => 3,
            Self::LyraSoft => 4,
            Self::Peer(at) => 5 + (at % 4) as u8,
        }
    }

    fn color(self) -> RGBColor {
        RGBColor(1, 0, self.number())
    }

    /// Lyra's tiers in one hue, each peer in its own, by its place among the candidates.
    pub(super) fn of(candidate: &str, candidates: &[String]) -> Self {
        if candidate.starts_with(LYRA) {
            return Self::Lyra;
        }
        let mut peers = candidates.iter().filter(|name| !name.starts_with(LYRA) && *name != NATIVE);
        Self::Peer(peers.position(|name| name == candidate).unwrap_or(0))
    }

    /// The variable of the style sheet.
    pub(super) fn variable(self) -> &'static str {
        VARIABLES[usize::from(self.number())]
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

/// Draws on an area of this size and makes the result a part of a page.
fn picture(
    size: (u32, u32),
    title: &str,
    description: &str,
    draw: impl FnOnce(&Area<'_>) -> Result<(), String>,
) -> Result<Markup, String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&area)?;
        area.present().map_err(|error| format!("cannot draw `{title}`: {error}"))?;
    }
    Ok(finish(text, title, description))
}

/// Gives an SVG its name, its description and the page's colours.
fn finish(mut text: String, title: &str, description: &str) -> Markup {
    for (number, variable) in VARIABLES.iter().enumerate() {
        text = text.replace(&format!("=\"#0100{number:02X}\""), &format!("=\"var({variable})\""));
    }
    let inside = text.split_once('>').map_or("", |(_, inside)| inside);
    let size =
        text.split_once("viewBox=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(size, _)| size);
    html! {
        svg viewBox=(size) role="img" aria-label=(title) {
            title { (title) }
            desc { (description) }
            // All text in it went through plotters' own escaping.
            (PreEscaped(inside.strip_suffix("</svg>\n").unwrap_or(inside)))
        }
    }
}

fn rectangle<'a>(
    area: &Area<'a>,
    from: (f64, f64),
    to: (f64, f64),
    paint: Paint,
    filled: bool,
) -> Result<(), String> {
    let points = [round(from), round(to)];
    let style = if filled { paint.color().filled() } else { paint.color().stroke_width(1) };
    check(area.draw(&Rectangle::new(points, style)))
}

fn line<'a>(area: &Area<'a>, points: &[(f64, f64)], paint: Paint, width: u32) -> Result<(), String> {
    let points: Vec<_> = points.iter().copied().map(round).collect();
    check(area.draw(&PathElement::new(points, paint.color().stroke_width(width))))
}

fn write<'a>(
    area: &Area<'a>,
    at: (f64, f64),
    text: &str,
    paint: Paint,
    size: f64,
    side: HPos,
) -> Result<(), String> {
    let style = ("sans-serif", size * 1.24).into_font().color(&paint.color());
    check(area.draw(&Text::new(text.to_owned(), round(at), style.pos(Pos::new(side, VPos::Center)))))
}

fn round((x, y): (f64, f64)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

fn check(drawn: Drawn<'_>) -> Result<(), String> {
    drawn.map_err(|error| format!("cannot draw: {error}"))
}

/// A logarithmic axis from the left to the right of a plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    left: f64,
    right: f64,
}

impl Scale {
    /// One that shows all `values` and `also`, wherever they are, with some air on both ends.
    pub(super) fn over(values: impl IntoIterator<Item = f64>, also: f64, left: f64, right: f64) -> Self {
        let values: Vec<f64> =
            values.into_iter().filter(|v| v.is_finite() && *v > 0.0).chain([also]).collect();
        let (low, high) = (minimum(&values) / 1.15, maximum(&values) * 1.15);
        Self { low, high: high.max(low * 2.0), left, right }
    }

    fn x(&self, value: f64) -> f64 {
        let share = (value / self.low).ln() / (self.high / self.low).ln();
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Round values to draw lines at: powers of ten, and twos and fives when there are few of those.
    fn ticks(&self) -> Vec<f64> {
        let decades = (self.high / self.low).log10();
        let steps: &[f64] = if decades < 1.5 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        // Wide axes leave decades out, so that their labels keep apart.
        let every = (decades / 6.0).ceil().max(1.0) as i32;
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        (first..=last)
            .filter(|decade| decade % every == 0)
            .flat_map(|decade| steps.iter().map(move |step| step * 10f64.powi(decade)))
            .filter(|tick| (self.low..=self.high).contains(tick))
            .collect()
    }
}

/// Where the bars of a card begin and end.
pub(super) const BARS: (f64, f64) = (104.0, 286.0);

/// One program: a bar for each candidate from 1 (native Rust) to its ratio, the middle half of its rounds' ratios
/// as a line through the end. `None` when nothing can be compared with native Rust.
pub(super) fn program(
    program: &ProgramResult,
    candidates: &[String],
    scale: Scale,
) -> Result<Option<Markup>, String> {
    let rows: Vec<_> = candidates
        .iter()
        .filter(|name| *name != NATIVE)
        .filter_map(|name| Some((name, summary::ratio(program, name, NATIVE)?)))
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let height = 20 * rows.len() as u32 + 26;
    let title = format!("{}: time relative to native Rust", program.name);
    let said: Vec<_> = rows
        .iter()
        .map(|(name, ratio)| {
            let range = format!("rounds {} to {}", factor(ratio.low), factor(ratio.high));
            format!("{} {} ({range})", summary::label(name), factor(ratio.value))
        })
        .collect();
    picture((340, height), &title, &said.join("; "), |area| {
        let bottom = f64::from(height) - 22.0;
        for tick in scale.ticks() {
            line(area, &[(scale.x(tick), 2.0), (scale.x(tick), bottom)], Paint::Grid, 1)?;
            write(area, (scale.x(tick), bottom + 10.0), &label(tick), Paint::Faint, 10.0, HPos::Center)?;
        }
        for (row, (name, ratio)) in rows.iter().enumerate() {
            let middle = 12.0 + 20.0 * row as f64;
            let paint = Paint::of(name, candidates);
            let ink = if name.starts_with(LYRA) { Paint::Ink } else { Paint::Faint };
            let name = summary::label(name);
            write(area, (BARS.0 - 8.0, middle), &shortened(&name, 15), ink, 12.0, HPos::Right)?;
            let (from, to) = (scale.x(1.0), scale.x(ratio.value));
            rectangle(area, (from.min(to), middle - 6.0), (from.max(to), middle + 6.0), paint, true)?;
            whisker(area, scale.x(ratio.low), scale.x(ratio.high), middle)?;
            let end = to.max(scale.x(ratio.high)).max(from) + 6.0;
            let doubt = if ratio.is_noise() { "~" } else { "" };
            write(area, (end, middle), &format!("{doubt}{}", factor(ratio.value)), ink, 12.0, HPos::Left)?;
        }
        line(area, &[(scale.x(1.0), 0.0), (scale.x(1.0), bottom)], Paint::Ink, 1)
    })
    .map(Some)
}

/// A line from `from` to `to` with ends: how far apart the rounds are.
fn whisker<'a>(area: &Area<'a>, from: f64, to: f64, middle: f64) -> Result<(), String> {
    line(area, &[(from, middle), (to, middle)], Paint::Ink, 1)?;
    for x in [from, to] {
        line(area, &[(x, middle - 3.0), (x, middle + 3.0)], Paint::Ink, 1)?;
    }
    Ok(())
}

fn label(tick: f64) -> String {
    if tick >= 1.0 {
        format!("{}×", digits(tick).trim_end_matches(".00").trim_end_matches(".0"))
    } else {
        format!("{tick}×")
    }
}

/// At most `most` characters, the rest told by an ellipsis; the tables have the whole name.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The mission's claimed range of each tier as an outline, the measured factor as a bar.
pub(super) fn tiers(tiers: &[Tier<'_>]) -> Result<Markup, String> {
    const ROW: f64 = 30.0;
    let height = (ROW * tiers.len() as f64) as u32 + 28;
    let (left, right) = (86.0, 500.0);
    let ranges = tiers.iter().filter_map(|tier| tier.claim).flat_map(|(low, high)| [low, high]);
    let found = tiers.iter().filter_map(|tier| tier.found).map(|mean| mean.ratio);
    let scale = Scale::over(ranges.chain(found), 1.0, left, right);
    let said = tiers.iter().map(|tier| {
        let claim = tier.claim.map_or("no claim".to_owned(), |(low, high)| format!("claim {low} to {high}×"));
        let found =
            tier.found.map_or(tier.verdict().to_owned(), |mean| format!("measured {}", factor(mean.ratio)));
        format!("{}: {claim}, {found}", tier.name)
    });
    let said = said.collect::<Vec<_>>().join("; ");
    picture((680, height), "Factor over the reference machine by tier", &said, |area| {
        let bottom = f64::from(height) - 24.0;
        for tick in scale.ticks() {
            line(area, &[(scale.x(tick), 2.0), (scale.x(tick), bottom)], Paint::Grid, 1)?;
            write(area, (scale.x(tick), bottom + 12.0), &label(tick), Paint::Faint, 12.0, HPos::Center)?;
        }
        for (row, tier) in tiers.iter().enumerate() {
            let middle = ROW * (row as f64 + 0.5);
            write(area, (left - 10.0, middle), tier.name, Paint::Ink, 14.0, HPos::Right)?;
            if let Some((low, high)) = tier.claim {
                let (from, to) = ((scale.x(low), middle - 10.0), (scale.x(high), middle + 10.0));
                rectangle(area, from, to, Paint::LyraSoft, true)?;
                rectangle(area, from, to, Paint::Lyra, false)?;
                if tier.found.is_none() {
                    let claim = format!("claim {low}–{high}×, {}", tier.verdict());
                    write(area, (scale.x(high) + 8.0, middle), &claim, Paint::Faint, 12.0, HPos::Left)?;
                }
            }
            match tier.found {
                Some(mean) => {
                    let to = (scale.x(mean.ratio), middle + 5.0);
                    rectangle(area, (scale.x(1.0), middle - 5.0), to, Paint::Lyra, true)?;
                    let high = tier.claim.map_or(mean.ratio, |(_, high)| high.max(mean.ratio));
                    write(
                        area,
                        (scale.x(high) + 8.0, middle),
                        &factor(mean.ratio),
                        Paint::Ink,
                        14.0,
                        HPos::Left,
                    )?;
                }
                None if tier.claim.is_none() => {
                    write(
                        area,
                        (scale.x(1.0) + 8.0, middle),
                        tier.verdict(),
                        Paint::Faint,
                        12.0,
                        HPos::Left,
                    )?;
                }
                None => {}
            }
        }
        line(area, &[(scale.x(1.0), 0.0), (scale.x(1.0), bottom)], Paint::Ink, 1)
    })
}

/// How many bars a histogram has.
const BINS: usize = 40;

/// A histogram over a logarithmic axis, and above it the share of values that are no larger. `None` without values
/// above zero.
pub(super) fn distribution(distribution: &Distribution) -> Result<Option<Markup>, String> {
    let mut values: Vec<f64> =
        distribution.values.iter().copied().filter(|value| value.is_finite() && *value > 0.0).collect();
    values.sort_by(f64::total_cmp);
    let Some(&largest) = values.last() else { return Ok(None) };
    let (left, right, top, bottom) = (40.0, 500.0, 50.0, 214.0);
    let scale = Scale::over(values.iter().copied(), largest, left, right);
    let mut bins = [0usize; BINS];
    for value in &values {
        let place = (scale.x(*value) - left) / (right - left) * BINS as f64;
        if let Some(bin) = bins.get_mut((place as usize).min(BINS - 1)) {
            *bin += 1;
        }
    }
    let most = bins.iter().copied().max().unwrap_or(1).max(1) as f64;
    let marks = [("p50", 0.5), ("p99", 0.99), ("max", 1.0)].map(|(name, q)| (name, quantile(&values, q)));
    let shown = |value: f64| figure(value, distribution.unit);
    let said: Vec<_> = marks.iter().map(|(name, value)| format!("{name} {}", shown(*value))).collect();
    let y = |share: f64| bottom - share * (bottom - top);
    let title = format!("{}: distribution of {} values", distribution.name, values.len());
    picture((520, 240), &title, &said.join(", "), |area| {
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            line(area, &[(left, y(share)), (right, y(share))], Paint::Grid, 1)?;
            let text = percent(share).replace(".0", "");
            write(area, (left - 6.0, y(share)), &text, Paint::Faint, 10.0, HPos::Right)?;
        }
        for tick in scale.ticks() {
            line(area, &[(scale.x(tick), bottom), (scale.x(tick), bottom + 4.0)], Paint::Faint, 1)?;
            let text = shown(tick).replace(".00", "").replace(".0 ", " ");
            write(area, (scale.x(tick), bottom + 14.0), &text, Paint::Faint, 10.0, HPos::Center)?;
        }
        let width = (right - left) / BINS as f64;
        for (at, count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
            let from = left + width * at as f64;
            // Half of the height: the curve above stays readable.
            let height = (*count as f64 / most) * 0.5;
            rectangle(area, (from + 1.0, y(height)), (from + width - 1.0, bottom), Paint::LyraSoft, true)?;
        }
        line(area, &curve(&values, &scale, &y), Paint::Lyra, 2)?;
        // The smallest has the lowest label: so no line crosses the label of another.
        for (row, (name, value)) in marks.iter().rev().enumerate() {
            let (x, height) = (scale.x(*value), 8.0 + 13.0 * row as f64);
            line(area, &[(x, height - 5.0), (x, bottom)], Paint::Ink, 1)?;
            let (side, gap) = if x - left > 100.0 { (HPos::Right, -5.0) } else { (HPos::Left, 5.0) };
            write(area, (x + gap, height), &format!("{name} {}", shown(*value)), Paint::Ink, 11.0, side)?;
        }
        Ok(())
    })
    .map(Some)
}

/// The share of sorted values that are no larger, as a line of at most some hundred points.
fn curve(values: &[f64], scale: &Scale, y: &impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let count = values.len();
    let mut points = vec![(scale.left, y(0.0))];
    let step = count.div_ceil(300).max(1);
    for at in (0..count).step_by(step).chain([count - 1]) {
        if let Some(value) = values.get(at) {
            let before = points.last().map_or(y(0.0), |point| point.1);
            points.push((scale.x(*value), before));
            points.push((scale.x(*value), y((at + 1) as f64 / count as f64)));
        }
    }
    points.push((scale.right, y(1.0)));
    points
}
