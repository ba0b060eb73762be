//! Words of a service desk that mean nearly the same: readers type what a caller said, and the book says it otherwise.
//!
//! They are what a thesaurus gives, without the rare and the doubtful; a team adds its own under `[search.synonyms]`. Each
//! leads to what the others of its line say, for less than they do.

use super::impact::Synonym;

/// The words by the first part of a language tag, in both directions. None for a language that has no list here.
pub fn synonyms(language: &str) -> Vec<Synonym> {
    let list = match language.split('-').next().unwrap_or_default() {
        "en" => ENGLISH,
        _ => "",
    };
    let mut synonyms = Vec::new();
    for line in list.lines() {
        for typed in line.split_whitespace() {
            let others = line.split_whitespace().filter(|meant| *meant != typed);
            synonyms.extend(others.map(|meant| Synonym { typed: typed.to_owned(), meant: meant.to_owned() }));
        }
    }
    synonyms.sort_unstable();
    synonyms.dedup();
    synonyms
}

/// A line each. A word may stand in several: they are not joined.
const ENGLISH: &str = "\
    abroad overseas foreign international
    abusive rude insulting offensive
    additional extra
    allow permit
    alone solo
    angry furious mad annoyed livid
    answer reply respond response
    apology apologise apologize sorry
    appear show display
    argument argue quarrel row
    assist assistance help support
    atm cashpoint
    awful terrible horrible
    beneficiary recipient payee
    block freeze lock
    blocked frozen locked suspended
    boss manager supervisor
    break pause rest
    broken damaged faulty defective cracked smashed
    bully bullying harass harassment
    busy swamped overloaded
    buy purchase
    cafe restaurant
    call ring phone telephone
    cancel terminate stop
    car vehicle auto
    cash money funds
    change update modify edit amend alter
    chat conversation
    chat talk speak
    cheap affordable
    check verify confirm
    child kid
    choose select pick
    close terminate shut
    colleague coworker teammate workmate
    complaint complain grievance
    confused confusing unclear
    convert exchange
    correct right
    country nation
    coupon voucher discount promo promotion
    cry crying tears upset
    customer client caller guest
    decline refuse reject deny
    declined refused rejected denied
    delay late
    delayed late overdue
    delete remove erase
    deliver ship
    delivery shipment
    describe explain clarify
    disagree object
    disappear vanish missing gone
    doc document file
    docs documentation
    doctor gp physician
    double duplicate twice
    email mail message
    emergency urgent asap immediately
    employ hire recruit
    end finish complete
    error mistake
    escalate escalation
    excellent great
    exhausted tired
    expensive costly overpriced
    family relative
    farewell goodbye
    fast quick rapid speedy
    fee charge cost price
    feedback review
    find look search locate
    fix repair mend
    forecast weather
    funny joke
    goal objective target
    group team department
    guarantee warranty
    guide handbook manual
    hand handover
    happy glad pleased
    hold queue wait
    holiday vacation leave pto
    hurt injured injury
    identification identity id
    ill sick unwell illness
    image picture photo
    incorrect wrong mistaken
    info information details
    interrupt interruption
    invoice bill
    issue problem trouble
    job role position
    journey trip travel
    large big huge
    lie untrue false
    limit maximum max cap
    login signin logon
    lost missing misplaced
    meeting appointment
    mobile cellphone phone smartphone handset
    mute silence silent quiet
    near nearby close
    new recent
    old outdated
    open unlock
    parcel package shipment
    passcode password pin
    payment transaction purchase
    pending processing waiting
    plan roadmap
    policy rule
    post mail letter
    praise compliment
    pressure strain stress
    promise assure
    query question
    quit resign leave
    receipt proof
    refund reimburse reimbursement repay
    remind reminder
    renew replace
    replace exchange swap
    sad unhappy upset
    salary wage wages pay paycheck payroll
    scared afraid anxious nervous worried concerned
    schedule calendar
    send dispatch post ship
    send transfer wire
    shop store
    shouting yelling screaming
    small little tiny
    solve resolve
    song music track
    spouse husband wife partner
    staff employee personnel
    start begin commence
    steal theft thief robbed
    stolen theft robbed
    stuck jammed
    threat threaten
    training course lesson
    unhappy annoyed frustrated upset
    use utilise utilize
    withdraw withdrawal";
