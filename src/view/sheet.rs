//! How much of a printed sheet a player's card takes, told from its text: templates cannot measure.
//!
//! `themes/default/css/07-print.css` gives each class its type and its place on the sheet; a browser test prints cards of
//! every length and form, so that the two stay in step.

/// A way to lay out cards, in millimetres of a sheet that fits A4 and Letter.
struct Layout {
    class: &'static str,
    /// Letters of a row, of a wide font.
    letters: usize,
    /// Hundredths of a millimetre that a row takes.
    row: usize,
    /// Millimetres of padding and title.
    frame: usize,
    /// Millimetres that a card has.
    height: usize,
}

/// From the largest type and the most cards on a sheet. What fits into none has a sheet of its own.
const LAYOUTS: [Layout; 4] = [
    Layout { class: "short", letters: 39, row: 543, frame: 24, height: 126 },
    Layout { class: "medium", letters: 46, row: 429, frame: 22, height: 126 },
    Layout { class: "long", letters: 50, row: 353, frame: 18, height: 126 },
    Layout { class: "half", letters: 46, row: 429, frame: 22, height: 252 },
];

/// The class of the first layout that a card fits into: `short`, `medium` and `long` are four on a sheet, `half` two. Any
/// other is `whole`, in two columns; if it is longer than a sheet, it goes on over the next. `lines` are its own, as
/// typed.
pub fn class<'l>(lines: impl Iterator<Item = &'l str> + Clone) -> &'static str {
    let fits = |layout: &&Layout| {
        let tenths: usize = lines.clone().map(|line| tenths_of_rows(line.trim(), layout.letters)).sum();
        layout.frame + tenths * layout.row / 1_000 <= layout.height
    };
    LAYOUTS.iter().find(fits).map_or("whole", |layout| layout.class)
}

/// What a line of Markdown takes, in tenths of rows of so many letters.
fn tenths_of_rows(line: &str, letters: usize) -> usize {
    let rows = |text: &str, letters: usize| text.chars().count().div_ceil(letters).max(1) * 10;
    let item = ["- ", "* ", "+ "].iter().find_map(|bullet| line.strip_prefix(bullet));
    match item {
        // A paragraph ends.
        None if line.is_empty() => 5,
        None => rows(line, letters),
        // What the label is called stands in a row of its own.
        Some(label) if label.starts_with("**") => {
            14 + rows(label.rsplit_once("**").map_or(label, |(_, value)| value.trim_start_matches(':')), letters)
        }
        Some(task) if task.starts_with('[') => 3 + rows(&task[task.len().min(3)..], letters - 3),
        Some(item) => 2 + rows(item, letters - 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_card_has_more_of_the_sheet() {
        let of = |n: usize| class(std::iter::repeat_n("- You rang twice about the kettle", n));
        assert_eq!([4, 18, 24, 40, 80].map(of), ["short", "medium", "long", "half", "whole"]);
        assert_eq!(of(1_000), "whole");
    }
}
