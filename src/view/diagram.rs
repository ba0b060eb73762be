//! Draws the levels of an escalation and the questions of a decision as SVG.
//!
//! Both are one column of boxes in the order of the page, no wider than a phone. A level leads to the one below by an
//! arrow between them; every other way leaves its box at the right and runs in a lane beside the column to the box that it
//! leads to. So no line crosses a box and no words lie on a line, whatever an entry says. Shapes and words tell what a
//! box is; colour only repeats it.

use std::collections::BTreeMap;

use super::Style;
use crate::text::escape_html;

/// A level to draw.
pub struct LevelNode<'n> {
    /// Its heading.
    pub title: &'n str,
    /// How long the answer may take, as typed.
    pub wait: &'n str,
    /// Where it leads if nothing is resolved.
    pub if_not_resolved: Next,
    /// The level that it leads to if something is; nearly always none.
    pub if_resolved: Option<usize>,
}

/// Where a level leads.
pub enum Next {
    /// To that level.
    Level(usize),
    /// Out of the escalation, to something of that title.
    Outside(String),
    /// It says that it ends here.
    Stop,
    /// Nothing is said and nothing comes after it.
    Nothing,
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

/// Boxes that are still drawn; more do not fit on a screen and are read better as a list.
const MOST_BOXES: usize = 20;
/// Lanes that are still drawn; a page with more of them is a tangle.
const MOST_LANES: usize = 8;

/// Pixels that a letter takes on average: of a title, which is bold, and of a label. System fonts differ; these hold for
/// a wide one.
const TITLE_LETTER: i32 = 9;
const LABEL_LETTER: i32 = 8;
const TITLE_LINE: i32 = 19;
const LABEL_LINE: i32 = 18;
const PADDING: i32 = 12;
/// Where the column begins, at the left and at the top.
const EDGE: i32 = 4;
/// Between the column and the first lane, and between two lanes.
const LANE: i32 = 12;
/// The radius of a line's bend.
const BEND: i32 = 6;

/// Words cut into lines of at most `letters` letters, and at most `lines` of them.
fn wrapped(text: &str, letters: i32, lines: usize) -> Vec<String> {
    let letters = letters.max(4) as usize;
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
            let keep: String = row.chars().take(letters - 1).collect();
            *row = format!("{}…", keep.trim_end_matches([' ', ',', ';', '.']));
        }
    }
    rows
}

/// Which lane leads to each box that one leads to. Lanes that pass each other are beside each other; the shorter one is
/// nearer to the column, so that it is crossed less.
struct Lanes {
    of: BTreeMap<usize, i32>,
    count: i32,
}

impl Lanes {
    /// `jumps` are the boxes at either end, counted from the top.
    fn new(jumps: impl Iterator<Item = (usize, usize)>) -> Lanes {
        // A way leaves a box below its title, to which others lead.
        let mut reach: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (from, to) in jumps {
            let (first, last) = reach.entry(to).or_insert((2 * to, 2 * to));
            *first = (*first).min(2 * from + 1);
            *last = (*last).max(2 * from + 1);
        }
        let mut shortest: Vec<(usize, (usize, usize))> = reach.into_iter().collect();
        shortest.sort_by_key(|(to, (first, last))| (last - first, *to));
        let mut lanes: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut of = BTreeMap::new();
        for (to, (first, last)) in shortest {
            let is_free = |lane: &Vec<(usize, usize)>| lane.iter().all(|other| last < other.0 || other.1 < first);
            let lane = lanes.iter().position(is_free).unwrap_or_else(|| {
                lanes.push(Vec::new());
                lanes.len() - 1
            });
            lanes[lane].push((first, last));
            of.insert(to, lane as i32);
        }
        Lanes { of, count: lanes.len() as i32 }
    }

    /// What all of them take beside the column.
    fn width(&self) -> i32 {
        if self.count == 0 { 0 } else { (self.count + 1) * LANE }
    }
}

/// A way that runs in a lane: where it begins, and the box that it leads to.
struct Jump {
    start: (i32, i32),
    /// Whether it leaves the box downwards, and not at its side.
    down_to: Option<i32>,
    to: usize,
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

    fn shape(&mut self, (x, y, width, height): (i32, i32, i32, i32), class: &str, round: i32) {
        let dashes = if class == "node-outside" { " stroke-dasharray=\"5 3\"" } else { "" };
        self.svg.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" class=\"node {class}\"{dashes}/>"
        ));
    }

    /// A box with words in its middle.
    fn node(&mut self, (x, y, width, height): (i32, i32, i32, i32), class: &str, round: i32, rows: &[String]) {
        self.shape((x, y, width, height), class, round);
        let top = y + (height - rows.len() as i32 * TITLE_LINE) / 2 + 14;
        for (at, row) in rows.iter().enumerate() {
            self.text(x + width / 2, top + at as i32 * TITLE_LINE, "node-text", "middle", row);
        }
    }

    fn down(&mut self, x: i32, from: i32, to: i32) {
        self.svg.push_str(&format!(
            "<path d=\"M{x} {from}V{}\" class=\"edge\"/><path d=\"M{} {}L{x} {to}L{} {}Z\" class=\"edge-tip\"/>",
            to - 8,
            x - 5,
            to - 8,
            x + 5,
            to - 8
        ));
    }

    /// From where `jump` begins, in the lane at `lane`, to the point at the right side of a box.
    fn jump(&mut self, jump: &Jump, lane: i32, (x, y): (i32, i32)) {
        let (from_x, from_y) = jump.start;
        let mut path = format!("M{from_x} {from_y}");
        let row = match jump.down_to {
            Some(row) => {
                path += &format!("V{}Q{from_x} {row} {} {row}", row - BEND, from_x + BEND);
                row
            }
            None => from_y,
        };
        let bend = if y < row { -BEND } else { BEND };
        path += &format!("H{}Q{lane} {row} {lane} {}", lane - BEND, row + bend);
        path += &format!("V{}Q{lane} {y} {} {y}H{}", y - bend, lane - BEND, x + 8);
        self.svg.push_str(&format!(
            "<path d=\"{path}\" class=\"edge\"/><path d=\"M{} {}L{x} {y}L{} {}Z\" class=\"edge-tip\"/>",
            x + 8,
            y - 5,
            x + 8,
            y + 5
        ));
    }

    /// All jumps. `right` is the side of the column, `into` the height at which a way enters each box.
    fn jumps(&mut self, jumps: &[Jump], lanes: &Lanes, right: i32, into: &BTreeMap<usize, i32>) {
        for jump in jumps {
            self.jump(jump, right + (lanes.of[&jump.to] + 1) * LANE + 2, (right, into[&jump.to]));
        }
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

/// The levels of an escalation, one under the other, with the ways that they really have. Empty without any, or for too
/// many.
pub fn levels(levels: &[LevelNode<'_>], style: &Style) -> String {
    const WIDTH: i32 = 252;
    const ARROW: i32 = 44;
    const ROW: i32 = 22;
    const ASIDE: i32 = 16;
    let is_below = |at: usize, to: usize| to == at + 1;
    // What does not simply lead to the level below.
    let asides = |at: usize| {
        let level = &levels[at];
        let otherwise = match level.if_not_resolved {
            Next::Level(to) if !is_below(at, to) => Some(("if_not_resolved", to)),
            _ => None,
        };
        level.if_resolved.map(|to| ("if_resolved", to)).into_iter().chain(otherwise)
    };
    let lanes = Lanes::new((0..levels.len().min(MOST_BOXES)).flat_map(|at| asides(at).map(move |(_, to)| (at, to))));
    if levels.is_empty() || levels.len() > MOST_BOXES || lanes.count > MOST_LANES as i32 {
        return String::new();
    }
    let width = WIDTH - 2 * EDGE - lanes.width();
    let right = EDGE + width;
    let titles = (width - 2 * PADDING) / TITLE_LETTER;
    // Where arrows go down: at the left, so that the longest label has room beside them.
    let trunk = EDGE + 28;
    let mut drawing = Drawing { svg: String::new() };
    let mut jumps: Vec<Jump> = Vec::new();
    let mut into: BTreeMap<usize, i32> = BTreeMap::new();
    let mut y = EDGE;
    for (at, level) in levels.iter().enumerate() {
        let mut rows = wrapped(level.title, titles, 3);
        let n_titles = rows.len();
        if !level.wait.is_empty() {
            rows.extend(wrapped(level.wait, titles, 1));
        }
        let height = rows.len() as i32 * TITLE_LINE + 2 * PADDING;
        drawing.shape((EDGE, y, width, height), "node-level", 8);
        for (at, row) in rows.iter().enumerate() {
            let class = if at < n_titles { "node-text node-title" } else { "node-text" };
            drawing.text(EDGE + width / 2, y + PADDING + 14 + at as i32 * TITLE_LINE, class, "middle", row);
        }
        into.insert(at, y + height / 2);
        y += height;
        let bottom = y;
        let is_last = at + 1 == levels.len();
        // No label stands where a way of the same level comes down.
        let labels_end = right - 22 - ASIDE * (asides(at).count() as i32 - 1);
        for (nth, (word, to)) in asides(at).enumerate() {
            let (x, row) = (right - 14 - ASIDE * nth as i32, bottom + 16 + ROW * nth as i32);
            jumps.push(Jump { start: (x, bottom), down_to: Some(row), to });
            let words = wrapped(style.word(word), (labels_end - trunk - 10) / LABEL_LETTER, 1).remove(0);
            drawing.text(labels_end, row + 4, "edge-label", "end", &words);
            y = row + ROW / 2;
        }
        let below = match &level.if_not_resolved {
            Next::Level(to) if is_below(at, *to) => None,
            Next::Stop => Some(("node-stop", 17, style.word("stop_here"))),
            Next::Outside(title) => Some(("node-outside", 4, title.as_str())),
            Next::Level(_) | Next::Nothing => {
                y += if is_last { 0 } else { 16 };
                continue;
            }
        };
        drawing.down(trunk, bottom, y + ARROW);
        let words = wrapped(style.word("if_not_resolved"), (right - trunk - 10) / LABEL_LETTER, 1).remove(0);
        drawing.text(trunk + 10, y + ARROW / 2 + 2, "edge-label", "start", &words);
        y += ARROW;
        if let Some((class, round, words)) = below {
            let rows = wrapped(words, titles, 2);
            let longest = rows.iter().map(|row| row.chars().count() as i32).max().unwrap_or_default();
            let box_width = (longest * TITLE_LETTER + 2 * PADDING + 8).min(width);
            let height = rows.len() as i32 * TITLE_LINE + 15;
            drawing.node((EDGE, y, box_width, height), class, round, &rows);
            y += height + if is_last { 0 } else { 16 };
        }
    }
    drawing.jumps(&jumps, &lanes, right, &into);
    drawing.finish((WIDTH, y + EDGE), style.word("diagram"), "levels")
}

/// The steps of a decision, one under the other, each with its choices. Empty for one step, or for too many. Steps that
/// nothing leads to are left out, as a check reports them.
pub fn steps(steps: &[StepNode<'_>], style: &Style) -> String {
    const WIDTH: i32 = 352;
    const GAP: i32 = 14;
    if steps.len() < 2 || steps.len() > MOST_BOXES {
        return String::new();
    }
    let drawn = reached(steps);
    let jumps_of =
        |at: &usize| steps[*at].edges.iter().filter_map(|edge| edge.to).map(|to| (*at, to)).collect::<Vec<_>>();
    let lanes = Lanes::new(drawn.iter().flat_map(jumps_of));
    if lanes.count > MOST_LANES as i32 {
        return String::new();
    }
    let width = WIDTH - 2 * EDGE - lanes.width();
    let right = EDGE + width;
    let (titles, labels) = ((width - 2 * PADDING) / TITLE_LETTER, (width - 2 * PADDING) / LABEL_LETTER);
    let mut drawing = Drawing { svg: String::new() };
    let mut jumps: Vec<Jump> = Vec::new();
    let mut into: BTreeMap<usize, i32> = BTreeMap::new();
    let mut y = EDGE;
    for at in drawn {
        let step = &steps[at];
        let title = wrapped(step.title, titles, 3);
        let title_height = title.len() as i32 * TITLE_LINE;
        into.insert(at, y + PADDING + TITLE_LINE / 2);
        if step.edges.is_empty() {
            let height = title_height + 2 * PADDING;
            drawing.node((EDGE, y, width, height), "node-result", 22, &title);
            into.insert(at, y + height / 2);
            y += height + GAP;
            continue;
        }
        let choices: Vec<(&Edge, Vec<String>)> = step
            .edges
            .iter()
            .map(|edge| {
                let leads = if edge.outside.is_empty() { "" } else { " → " };
                (edge, wrapped(&format!("{}{leads}{}", edge.words, edge.outside), labels, 3))
            })
            .collect();
        let n_rows: usize = choices.iter().map(|(_, rows)| rows.len()).sum();
        let height = 2 * PADDING + title_height + n_rows as i32 * LABEL_LINE + 6 * choices.len() as i32;
        drawing.shape((EDGE, y, width, height), "node-question", 8);
        for (nth, row) in title.iter().enumerate() {
            let baseline = y + PADDING + 14 + nth as i32 * TITLE_LINE;
            drawing.text(EDGE + PADDING, baseline, "node-text node-title", "start", row);
        }
        let mut row_y = y + PADDING + title_height;
        for (edge, rows) in choices {
            row_y += 6;
            if let Some(to) = edge.to {
                jumps.push(Jump { start: (right, row_y + LABEL_LINE / 2), down_to: None, to });
            }
            for row in rows {
                drawing.text(EDGE + PADDING, row_y + 13, "edge-label", "start", &row);
                row_y += LABEL_LINE;
            }
        }
        y += height + GAP;
    }
    drawing.jumps(&jumps, &lanes, right, &into);
    drawing.finish((WIDTH, y - GAP + EDGE), style.word("diagram_questions"), "steps")
}

/// The steps that a way leads to from the first, in the order of the page.
fn reached(steps: &[StepNode<'_>]) -> Vec<usize> {
    let mut seen = vec![false; steps.len()];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut seen[at], true) {
            open.extend(steps[at].edges.iter().filter_map(|edge| edge.to));
        }
    }
    (0..steps.len()).filter(|at| seen[*at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn style() -> Style {
        Style {
            words: crate::words::words(&Config::default()),
            mark_missing: true,
            external_images: false,
            feedback: None,
            edit: None,
            review_every: None,
            headings: 0,
        }
    }

    fn level(title: &str, if_not_resolved: Next) -> LevelNode<'_> {
        LevelNode { title, wait: "", if_not_resolved, if_resolved: None }
    }

    /// How many lines there are, and how many boxes of a class.
    fn count(svg: &str, what: &str) -> usize {
        svg.matches(what).count()
    }

    #[test]
    fn levels_have_the_ways_that_they_say() {
        let svg = levels(&[level("One", Next::Level(1)), level("Two", Next::Nothing)], &style());
        assert_eq!((count(&svg, "class=\"edge\""), count(&svg, "If not resolved")), (1, 1));
        let svg = levels(&[level("One", Next::Stop), level("Two", Next::Nothing)], &style());
        assert_eq!((count(&svg, "class=\"edge\""), count(&svg, "Stop here"), count(&svg, "node-stop")), (1, 1, 1));
        let svg = levels(&[level("One", Next::Outside("Safety".to_owned())), level("Two", Next::Stop)], &style());
        assert_eq!((count(&svg, "class=\"edge\""), count(&svg, ">Safety<"), count(&svg, "node-outside")), (2, 1, 1));
    }

    #[test]
    fn a_jump_runs_beside_the_levels_that_it_leaves_out() {
        let jump = [level("One", Next::Level(2)), level("Two", Next::Level(0)), level("Three", Next::Nothing)];
        let svg = levels(&jump, &style());
        // Forwards and back pass each other, so each has a lane of its own.
        assert_eq!(count(&svg, "class=\"edge\""), 2);
        let straight = [level("One", Next::Level(1)), level("Two", Next::Level(2)), level("Three", Next::Nothing)];
        let width =
            |svg: &str| svg.split("width=\"").nth(2).and_then(|rest| rest.split('"').next()?.parse::<i32>().ok());
        assert_eq!(width(&levels(&straight, &style())).zip(width(&svg)), Some((244, 244 - 3 * LANE)));
    }

    #[test]
    fn a_decision_shows_every_choice_also_those_that_leave_the_page() {
        let edge = |words: &str, to, outside: &str| Edge { words: words.to_owned(), to, outside: outside.to_owned() };
        let nodes = [
            StepNode { title: "Danger", edges: vec![edge("Yes", None, "Safety"), edge("No", Some(1), "")] },
            StepNode { title: "Wait", edges: Vec::new() },
            StepNode { title: "Nobody comes here", edges: Vec::new() },
        ];
        let svg = steps(&nodes, &style());
        assert_eq!((count(&svg, "class=\"edge\""), count(&svg, "Yes → Safety"), count(&svg, "node-result")), (1, 1, 1));
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(wrapped("one two, three four", 8, 2), ["one two,", "three…"]);
        assert_eq!(wrapped("Donaudampfschiff", 8, 2), ["Donauda…"]);
    }
}
