//! XML as a tree. What only an attack would hold is refused: document types, entities of its own, endless nesting.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element, or some text if it has no name.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Without its namespace.
    pub name: String,
    /// Names without namespace, and their values.
    attributes: Vec<(String, String)>,
    /// In order.
    pub children: Vec<Node>,
    /// Of a text.
    pub text: String,
}

/// Elements in one another. Word writes some dozens.
const DEEPEST: usize = 200;

/// Elements of a file. A book of a thousand pages has fewer.
const MOST: usize = 4_000_000;

impl Node {
    /// Reads the root element.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub(super) fn read(xml: &str) -> Result<Node, String> {
        let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
        let mut open = vec![Node::default()];
        let mut n_nodes = 0;
        loop {
            n_nodes += 1;
            if n_nodes > MOST || open.len() > DEEPEST {
                return Err("it is nested or long without end".to_owned());
            }
            let event = reader.read_event().map_err(|cause| format!("its XML is damaged: {cause}"))?;
            let top = open.last_mut().ok_or("its XML is damaged")?;
            match event {
                Event::Start(tag) => open.push(element(&tag)?),
                Event::Empty(tag) => top.children.push(element(&tag)?),
                Event::End(_) => {
                    let closed = open.pop().ok_or("its XML is damaged")?;
                    open.last_mut().ok_or("its XML is damaged")?.children.push(closed);
                }
                Event::Text(text) => top.push(&text.xml10_content()),
                Event::CData(text) => top.push(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let letter = name.resolve_char_ref().map_err(|cause| cause.to_string())?;
                    let known = match &*name.into_inner() {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => letter,
                    };
                    top.push(known.ok_or("it has entities of its own")?.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) => return Err("it has a document type, which Word never writes".to_owned()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        open.pop().filter(|_| open.is_empty()).ok_or_else(|| "its XML is cut off".to_owned())
    }

    fn push(&mut self, text: &str) {
        match self.children.last_mut().filter(|last| last.name.is_empty()) {
            Some(last) => last.text.push_str(text),
            None => self.children.push(Node { text: text.to_owned(), ..Node::default() }),
        }
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The value of a child, as Word writes nearly everything.
    pub(super) fn value(&self, child: &str) -> Option<&str> {
        self.child(child).and_then(|child| child.attribute("val"))
    }

    /// The first element of that name in it, at any depth.
    pub(super) fn find(&self, name: &str) -> Option<&Node> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// Every element of that name in it, at any depth, that is not in another of them.
    pub(super) fn all<'n>(&'n self, name: &str, found: &mut Vec<&'n Node>) {
        for child in &self.children {
            if child.name == name { found.push(child) } else { child.all(name, found) }
        }
    }

    /// All text in it.
    pub(super) fn words(&self) -> String {
        let inner: String = self.children.iter().map(Node::words).collect();
        if self.name == "p" { format!("{}{inner} ", self.text) } else { format!("{}{inner}", self.text) }
    }
}

fn element(tag: &BytesStart<'_>) -> Result<Node, String> {
    let mut node = Node { name: tag.local_name().as_ref().to_owned(), ..Node::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|cause| format!("its XML is damaged: {cause}"))?;
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| "it has entities of its own".to_owned())?;
        node.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_an_attack_would_hold_is_refused() {
        let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\">]><a>&b;</a>";
        assert!(Node::read(laughs).is_err_and(|why| why.contains("document type")));
        assert!(Node::read("<a>&b;</a>").is_err_and(|why| why.contains("entities")));
        assert!(Node::read("<a b='&c;'/>").is_err_and(|why| why.contains("entities")));
        assert!(Node::read(&"<a>".repeat(300)).is_err_and(|why| why.contains("without end")));
        assert!(Node::read("<a><b></a>").is_err());
        let read = Node::read("<w:a w:b='1'>x &lt; &#233;<c/></w:a>").expect("sound");
        assert_eq!((read.child("a").and_then(|a| a.attribute("b")), read.words()), (Some("1"), "x < é".to_owned()));
    }
}
