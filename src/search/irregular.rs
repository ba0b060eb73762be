//! Forms that no rule of a stemmer brings together: *bought* and *buy*, *children* and *child*.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A form's base, for the forms of English verbs and nouns that a service desk speaks of. Auxiliary verbs are left out:
/// they are stop words. So is *say*, a heading of every script: *you said* tells an entry from another.
pub fn english(form: &str) -> Option<&'static str> {
    static BASES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let rows = ENGLISH.lines().map(str::split_whitespace);
        rows.filter_map(|mut row| row.next().map(|base| row.map(move |form| (form, base)))).flatten().collect()
    });
    BASES.get(form).copied()
}

/// A line each: the base, and the forms that are not made by rule.
const ENGLISH: &str = "\
    become became
    begin began begun
    bend bent
    bite bit bitten
    blow blew blown
    break broke broken
    bring brought
    build built
    burn burnt
    buy bought
    catch caught
    child children
    choose chose chosen
    come came
    deal dealt
    draw drew drawn
    drink drank drunk
    drive drove driven
    eat ate eaten
    fall fell fallen
    feel felt
    fight fought
    find found
    fly flew flown
    foot feet
    forget forgot forgotten
    forgive forgave forgiven
    freeze froze frozen
    get got gotten
    give gave given
    go went gone goes
    grow grew grown
    half halves
    hang hung
    hear heard
    hide hid hidden
    hold held
    keep kept
    knife knives
    know knew known
    lay laid
    lead led
    leave left
    lend lent
    life lives
    lose lost
    make made
    man men
    mean meant
    meet met
    mouse mice
    pay paid
    person people
    ride rode ridden
    ring rang rung
    rise rose risen
    run ran
    see saw seen
    sell sold
    send sent
    shake shook shaken
    shelf shelves
    shoot shot
    show shown
    shrink shrank shrunk
    sing sang sung
    sink sank sunk
    sit sat
    sleep slept
    speak spoke spoken
    spend spent
    stand stood
    steal stole stolen
    stick stuck
    strike struck
    swear swore sworn
    sweep swept
    swim swam swum
    take took taken
    teach taught
    tear tore torn
    tell told
    think thought
    throw threw thrown
    tooth teeth
    understand understood
    wake woke woken
    wear wore worn
    wife wives
    win won
    withdraw withdrew withdrawn
    woman women
    write wrote written";
