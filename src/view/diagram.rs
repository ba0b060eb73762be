//! Draws the levels of an escalation and the questions of a decision as SVG.
//!
//! Layout is plain and stable: levels stand under each other; steps stand in rows by their distance from the start,
//! in the order in which they are first reached. Shapes and words tell what a node is; colour only repeats it.

use super::Style;
use crate::kind::escalation::Outcome;
use crate::text::escape_html;

/// A level to draw.
pub struct LevelNode<'n> {
    /// Its heading.
    pub title: &'n str,
    /// How long the answer may take, as typed.
    pub wait: &'n str,
    /// Where it leads if nothing is resolved.
    pub next: Outcome,
}

/// A step to draw.
pub struct StepNode<'n> {
    /// Its heading.
    pub title: &'n str,
    /// Its choices.
    pub edges: Vec<Edge>,
}

/// A choice to draw.
pub struct Edge {
    /// Its words.
    pub words: String,
    /// The step that it leads to; `None` if it leaves the page.
    pub to: Option<usize>,
    /// What it leads to, if it leaves the page.
    pub outside: String,
}

/// Pixels a letter takes on average at the diagram's type size.
const LETTER: f32 = 7.4;
const LINE: i32 = 18;
const PADDING: i32 = 12;

/// Words cut into lines of at most `letters` letters, and at most `lines` of them.
fn wrapped(text: &str, letters: usize, lines: usize) -> Vec<String> {
    let mut rows: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let row = rows.last_mut().expect("there is a first row");
        if row.is_empty() {
            row.push_str(word);
        } else if row.chars().count() + 1 + word.chars().count() <= letters {
            row.push(' ');
            row.push_str(word);
        } else {
            rows.push(word.to_owned());
        }
    }
    let cut = rows.len() > lines;
    rows.truncate(lines);
    for (at, row) in rows.iter_mut().enumerate() {
        let last = at + 1 == lines && cut;
        if row.chars().count() > letters || last {
            let keep: String = row.chars().take(letters.saturating_sub(1)).collect();
            *row = format!("{}…", keep.trim_end());
        }
    }
    rows
}

struct Drawing {
    svg: String,
}

impl Drawing {
    fn text(&mut self, x: i32, y: i32, class: &str, anchor: &str, words: &str) {
        self.svg.push_str(&format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\" text-anchor=\"{anchor}\">"));
        escape_html(words, &mut self.svg);
        self.svg.push_str("</text>");
    }

    fn node(&mut self, (x, y, width, height): (i32, i32, i32, i32), class: &str, round: i32, rows: &[String]) {
        self.svg.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" class=\"node {class}\"/>"
        ));
        let top = y + (height - rows.len() as i32 * LINE) / 2 + 13;
        for (at, row) in rows.iter().enumerate() {
            self.text(x + width / 2, top + at as i32 * LINE, "node-text", "middle", row);
        }
    }

    fn arrow(&mut self, path: &str, tip: (i32, i32)) {
        let (x, y) = tip;
        self.svg.push_str(&format!(
            "<path d=\"{path}\" class=\"edge\"/><path d=\"M{} {}L{x} {y}L{} {}Z\" class=\"edge-tip\"/>",
            x - 5,
            y - 8,
            x + 5,
            y - 8
        ));
    }

    fn finish(self, (width, height): (i32, i32), title: &str, described_by: &str) -> String {
        let mut svg = format!(
            "<svg class=\"diagram\" role=\"img\" aria-labelledby=\"diagram-title\" aria-describedby=\"{described_by}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><title id=\"diagram-title\">"
        );
        escape_html(title, &mut svg);
        svg.push_str("</title>");
        svg + &self.svg + "</svg>"
    }
}

/// The levels of an escalation, one under the other. Empty without any.
pub fn levels(levels: &[LevelNode<'_>], style: &Style) -> String {
    if levels.is_empty() {
        return String::new();
    }
    const WIDTH: i32 = 240;
    const GAP: i32 = 44;
    let mut drawing = Drawing { svg: String::new() };
    let mut y = 4;
    let x = 4;
    let letters = ((WIDTH - 2 * PADDING) as f32 / LETTER) as usize;
    for (at, level) in levels.iter().enumerate() {
        let mut rows = wrapped(level.title, letters, 2);
        if !level.wait.is_empty() {
            rows.extend(wrapped(level.wait, letters, 1));
        }
        let height = rows.len() as i32 * LINE + 2 * PADDING;
        drawing.node((x, y, WIDTH, height), "node-level", 8, &rows);
        y += height;
        let is_last = at + 1 == levels.len();
        let leads_on = !is_last && !matches!(level.next, Outcome::Stop);
        if leads_on {
            drawing.arrow(&format!("M{} {y}V{}", x + WIDTH / 2, y + GAP - 2), (x + WIDTH / 2, y + GAP));
            drawing.text(x + WIDTH / 2 + 10, y + GAP / 2 + 4, "edge-label", "start", style.word("if_not_resolved"));
            y += GAP;
        } else if !is_last {
            y += GAP / 2;
        }
    }
    drawing.finish((WIDTH + 8, y + 4), style.word("diagram"), "levels")
}

/// Steps that are still drawn; more do not fit on a screen and are read better as a list.
const MOST_STEPS: usize = 20;

/// The steps of a decision in rows. Empty for one step, or for too many.
pub fn steps(steps: &[StepNode<'_>], style: &Style) -> String {
    if steps.len() < 2 || steps.len() > MOST_STEPS {
        return String::new();
    }
    let rows = rows_of(steps);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(1) as i32;
    if widest > 5 {
        return String::new();
    }
    const NODE: (i32, i32) = (150, 66);
    const GAP: (i32, i32) = (18, 64);
    let width = widest * (NODE.0 + GAP.0) - GAP.0 + 8;
    let mut place = vec![None; steps.len()];
    for (row, nodes) in rows.iter().enumerate() {
        let used = nodes.len() as i32 * (NODE.0 + GAP.0) - GAP.0;
        let left = (width - used) / 2;
        for (column, step) in nodes.iter().enumerate() {
            place[*step] = Some((left + column as i32 * (NODE.0 + GAP.0), 4 + row as i32 * (NODE.1 + GAP.1), row));
        }
    }
    let mut drawing = Drawing { svg: String::new() };
    let mut labels: Vec<(i32, i32, String)> = Vec::new();
    for (from, step) in steps.iter().enumerate() {
        let Some((x, y, row)) = place[from] else { continue };
        let targets: Vec<(usize, &Edge)> = step.edges.iter().filter_map(|edge| edge.to.map(|to| (to, edge))).collect();
        for (at, (to, edge)) in targets.iter().enumerate() {
            let Some((to_x, to_y, to_row)) = place[*to] else { continue };
            let out = x + NODE.0 * (at as i32 + 1) / (targets.len() as i32 + 1);
            let into = to_x + NODE.0 / 2;
            if to_row > row {
                let (start, end) = (y + NODE.1, to_y - 2);
                let middle = (start + end) / 2;
                drawing.arrow(&format!("M{out} {start}C{out} {middle} {into} {middle} {into} {end}"), (into, to_y));
                let along = if to_row == row + 1 { 2 } else { 4 };
                labels.push((out + (into - out) / along, start + (end - start) / along + 4, edge.words.clone()));
            } else {
                // Back to an earlier step: round the outside, so that it crosses no box.
                let side = if into < width / 2 { 1 } else { width - 1 };
                drawing.arrow(
                    &format!(
                        "M{out} {}C{out} {} {side} {} {side} {}S{into} {} {into} {}",
                        y + NODE.1,
                        y + NODE.1 + 30,
                        y + NODE.1 + 30,
                        (y + to_y) / 2,
                        to_y - 30,
                        to_y - 2
                    ),
                    (into, to_y),
                );
            }
        }
    }
    let letters = ((NODE.0 - 2 * PADDING) as f32 / LETTER) as usize;
    for (at, step) in steps.iter().enumerate() {
        let Some((x, y, _)) = place[at] else { continue };
        let (class, round) = if step.edges.is_empty() { ("node-result", NODE.1 / 2) } else { ("node-question", 8) };
        drawing.node((x, y, NODE.0, NODE.1), class, round, &wrapped(step.title, letters, 3));
    }
    for (x, y, words) in labels {
        let words = wrapped(&words, 16, 1).remove(0);
        let room = (words.chars().count() as f32 * 6.6) as i32 + 8;
        let x = x.clamp(room / 2 + 1, width - room / 2 - 1);
        drawing.svg.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{room}\" height=\"18\" rx=\"4\" class=\"edge-back\"/>",
            x - room / 2,
            y - 13
        ));
        drawing.text(x, y, "edge-label", "middle", &words);
    }
    let height = rows.len() as i32 * (NODE.1 + GAP.1) - GAP.1 + 8;
    drawing.finish((width, height), style.word("diagram_questions"), "steps")
}

/// Steps by their distance from the start; those that nothing leads to are left out, as the list reports them.
fn rows_of(steps: &[StepNode<'_>]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; steps.len()];
    seen[0] = true;
    let mut rows = vec![vec![0]];
    loop {
        let mut next = Vec::new();
        for step in rows.last().expect("there is a first row") {
            for to in steps[*step].edges.iter().filter_map(|edge| edge.to) {
                if !seen[to] {
                    seen[to] = true;
                    next.push(to);
                }
            }
        }
        if next.is_empty() {
            return rows;
        }
        rows.push(next);
    }
}
