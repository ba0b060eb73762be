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
    accident crash collision
    activate enable
    additional extra
    advice tip suggestion recommendation
    advise recommend suggest
    agent adviser advisor representative
    agree consent
    allow permit
    alone solo
    amount sum total
    angry furious mad annoyed livid
    annual yearly
    anonymous confidential
    answer reply respond response
    apology apologise apologize sorry
    app application software program
    appear show display
    approval authorisation authorization permission
    approve authorise authorize
    argument argue quarrel row
    arrange organise organize
    assist assistance help support
    atm cashpoint
    attempt try
    awful terrible horrible
    baggage luggage suitcase
    bathroom toilet restroom
    beginner newcomer trainee newbie rookie starter
    beneficiary recipient payee
    blame fault
    block freeze lock
    blocked frozen locked suspended
    book reserve
    booking reservation
    boss manager supervisor
    break pause rest
    broken damaged faulty defective cracked smashed
    buddy mentor
    bully bullying harass harassment
    busy swamped overloaded
    buy purchase
    cafe restaurant
    call ring phone telephone
    calm soothe
    cancel terminate stop
    car vehicle auto
    cash money funds
    change update modify edit amend alter
    chat conversation
    chat talk speak
    cheap affordable
    check verify confirm
    checkout till register counter
    cheque check
    child kid
    choose select pick
    city town
    close terminate shut
    coach mentor trainer
    colleague coworker teammate workmate
    colour color
    company firm business employer
    compensate compensation
    complaint complain grievance
    computer laptop pc
    confidential private secret
    confused confusing unclear
    contact reach
    contract agreement
    convert exchange
    correct right
    country nation
    coupon voucher discount promo promotion
    crash freeze
    credentials password login
    cry crying tears upset
    curse swear
    customer client caller guest
    dad father
    decline refuse reject deny
    declined refused rejected denied
    decrease reduce lower
    definition meaning
    delay late
    delayed late overdue
    delete remove erase
    deliver ship
    delivery shipment
    describe explain clarify
    died death dead
    difficult hard tough
    disagree object
    disappear vanish missing gone
    discuss talk
    doc document file
    docs documentation
    doctor gp physician
    double duplicate twice
    email mail message
    emergency urgent asap immediately
    employ hire recruit
    end finish complete
    enquiry inquiry query question
    entire whole
    error mistake
    escalate escalation
    evaluation assessment
    excellent great
    exhausted tired
    exit leave
    expensive costly overpriced
    extend prolong
    extension longer
    family relative
    farewell goodbye
    fast quick rapid speedy
    fee charge cost price
    feedback review
    find look search locate
    fix repair mend
    forecast weather
    frequent regular
    frequently often
    fuel petrol gas
    funny joke
    gift present
    glad delighted
    goal objective target
    group team department
    guarantee warranty
    guide handbook manual
    guideline rule policy
    hand handover
    happen occur
    happy glad pleased
    hear listen
    hello hi greeting
    hold queue wait
    holiday vacation leave pto
    home house
    hurt injured injury
    identification identity id
    idiot stupid fool moron
    ill sick unwell illness
    image picture photo
    improve improvement
    incorrect wrong mistaken
    increase raise
    info information details
    inform notify tell
    install setup
    internet online web website
    interrupt interruption
    invoice bill
    issue problem trouble
    item product goods article
    job role position
    journey trip travel
    kind type sort
    large big huge
    lately recently
    learn study
    lie untrue false
    limit maximum max cap
    location place site
    login signin logon
    lost missing misplaced
    loud noisy noise
    medicine medication prescription
    meeting appointment
    mistake slip
    mobile cellphone phone smartphone handset
    mood temper
    movie film
    mum mom mother
    mute silence silent quiet
    near nearby close
    necessary required mandatory
    new recent
    note memo
    obtain receive
    offended insulted hurt
    old outdated
    open unlock
    option choice alternative
    overwhelmed swamped
    owner responsible accountable
    parcel package shipment
    parent mother father
    passcode password pin
    payment transaction purchase
    pending processing waiting
    perk benefit
    personal private
    phone headset
    piece part
    plan roadmap
    plane flight
    policy rule
    polite friendly nice
    post mail letter
    postpone delay reschedule
    practice practise rehearse rehearsal
    praise compliment
    pressure strain stress
    previous earlier former
    procedure process
    promise assure
    provide supply
    query question
    quit resign leave
    reason cause
    receipt proof
    record log
    reduction discount
    refund reimburse reimbursement repay
    remind reminder
    renew replace
    rent lease
    replace exchange swap
    request ask
    roster rota shift schedule
    sad unhappy upset
    safe secure
    safety security
    salary wage wages pay paycheck payroll
    scam fraud fraudulent
    scared afraid anxious nervous worried concerned
    schedule calendar
    send dispatch post ship
    send transfer wire
    serious severe
    settings preferences
    setup configure configuration
    shop store
    shouting yelling screaming
    small little tiny
    software system
    solve resolve
    song music track
    spouse husband wife partner
    staff employee personnel
    start begin commence
    statistics figures numbers
    steal theft thief robbed
    stolen theft robbed
    story tale
    strange odd weird unusual
    stuck jammed
    stupid silly dumb foolish
    subscription membership
    supplier vendor
    survey questionnaire
    switch change
    task job
    teach train
    teacher trainer instructor
    television tv
    terms conditions
    test exam
    threat threaten
    ticket case
    trace track follow
    training course lesson
    translate translation
    tyre tire
    unfair unjust
    unfriendly rude
    unhappy annoyed frustrated upset
    upgrade update
    use utilise utilize
    useful helpful
    vacancy job opening
    violent violence
    visitor guest
    warn warning
    withdraw withdrawal
    worker employee staff
    worldwide international
    yell shout scream";
