//! Words that say little, by language.
//!
//! They count less than half: dropping them would make *what is* and *how long* the same question.

/// By the first part of a language tag. Empty for a language that has no list here; its frequent words still count
/// little, because they stand in many entries.
pub fn words(language: &str) -> impl Iterator<Item = &'static str> + use<> {
    let list = match language.split('-').next().unwrap_or_default() {
        "en" => ENGLISH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "it" => ITALIAN,
        "nl" => DUTCH,
        "pt" => PORTUGUESE,
        _ => "",
    };
    list.split_whitespace()
}

const ENGLISH: &str = "a about again all also am an and any anything are as at be been being but by can could d did do \
    does doing for from get go going got had has have having he her here hers him his i if im in into is it its ive \
    just know let like ll m made make may me might my need now of off on or our ours out over please re s shall she \
    should so some something t tell than that thats the their theirs them then there theres these they thing think \
    this those to too try us ve very want was way we were what will with would you your yours";

const GERMAN: &str = "aber alle allem allen aller alles als also am an andere auch auf aus bei beim bin bis bist da \
    damit dann das dass dein deine dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein \
    eine einem einen einer eines er es etwas für habe haben hat hatte hier ich ihm ihn ihr ihre ihrem ihren ihrer im in \
    ins ist ja kann kein keine man mehr mein meine mich mir mit muss nach nein nicht noch nun nur ob oder ohne schon sehr \
    sein seine sich sie sind so soll um und uns unser unter vom von vor war was weil wenn wer werden wie wir wird wo zu \
    zum zur über";

const FRENCH: &str = "à au aux avec c ce ces cette comme d dans de des du elle elles en est et été eux il ils j je l la \
    le les leur leurs lui m ma mais me même mes moi mon n ne nos notre nous on ou où par pas plus pour qu que qui s sa se \
    ses son sont sur t ta te tes toi ton tu un une vos votre vous y";

const SPANISH: &str = "a al algo ante antes como con cual cuando de del desde donde el él ella ellas ellos en entre era \
    es esa ese eso esta está este esto ha hay la las le les lo los más me mi mis mucho muy no nos o para pero por que qué \
    se si sí sin sobre su sus también te tu tus un una uno y ya yo";

const ITALIAN: &str = "a ad ai al alla alle anche c che chi ci come con cui d da dal dalla dei del della delle di e è ed \
    gli ha ho i il in io l la le lei li lo loro lui ma mi mia mio ne nei nel nella no noi non o per più quando quello \
    questo se si sono su sua suo tra tu un una uno vi voi";

const DUTCH: &str = "aan al als bij dan dat de deze die dit doch door een en er ge geen had heb hebben heeft hem het hier \
    hij hoe hun ik in is ja je kan maar me met mij mijn naar niet nog nu of om omdat onder ons ook op over te tot u uit \
    uw van voor waar was wat we wel wij worden zal ze zich zij zijn zo zou";

const PORTUGUESE: &str = "a ao aos as com como da das de dele do dos e é ela elas ele eles em entre era essa esse esta \
    está este eu foi há isso isto já lhe mais mas me meu minha muito na não nas nem no nos nós o os ou para pela pelo por \
    qual quando que quem se sem ser seu sua são também te tem um uma você";
