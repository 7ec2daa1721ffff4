"""Every rule of the grammar with sentences that it reads and sentences that it must leave alone."""

import pytest

from contracts.casualties import ClaimStatus
from services.casualties import rules
from services.casualties.lexicon import load_lexicon
from services.casualties.phrases import Clause

LEXICON = load_lexicon()

# rule: (sentence, harm, figure) that it reads; figure is best, or (min, max) where there is no best
READS = {
    "lost": [
        ("Russia has lost 812,000 troops", "killed", 812000),
        ("The brigade lost two soldiers", "killed", 2),
        ("She lost six members of her family", "killed", 6),
        ("Losing over 400 servicemen, they fell back", "killed", 400),
    ],
    "losses": [
        ("Their losses have reached 9,000 servicemen", "killed", 9000),
        ("Enemy losses amounted to about 640 personnel", "killed", 640),
        ("Combat losses were 12,400 (+310) personnel", "killed", 12400),
    ],
    "casualties": [
        ("The army took 1,190 casualties in a day", "killed", 1190),
        ("The war has caused 31,000 civilian casualties", "injured", 31000),
    ],
    "spared": [
        ("There was no damage or casualties", "killed", 0),
        ("He reported no hits to power plants or injuries", "injured", 0),
        ("The raid passed without civilian casualties", "injured", 0),
    ],
    "active": [
        ("They murdered, at gunpoint, a soldier", "killed", 1),
        ("Rebels stabbed three peasants to death", "killed", 3),
        ("They dragged three peasants from their homes and killed them", "killed", 3),
        ("Gunmen killed the mayor of Lima, his wife, and three guards", "killed", 3),
        ("A mine killed three deminers", "killed", 3),
        ("They killed Chilean armed forces chief Luis Soto", "killed", 1),
        ("Rebels murdered in front of his house the mayor of Lima", "killed", 1),
        ('They "murdered" two judges', "killed", 2),
        ("The raid hurt the president", "injured", 1),
        ("The raid has killed at least 40 people", "killed", 40),
        ("Shelling wounds two women", "injured", 2),
        ("a blast injuring between 10 and 15 workers", "injured", (10, 15)),
        ("Gunmen have abducted the mayor of the town", "abducted", 1),
        ("the attack that killed nine sailors", "killed", 9),
    ],
    "passive": [
        ("Six cooks (two men and four women) were killed", "killed", 6),
        ("SIX COOKS -- TWO MEN AND FOUR WOMEN -- WERE KILLED", "killed", 6),
        ("Nine cooks, members of a union, were killed", "killed", 9),
        ("SIX COOKS (FIVE MEN AND ONE WOMAN) AND TWO CLERKS WERE KILLED", "killed", 6),
        ("Two guards watching the embassy were killed", "killed", 2),
        ("Six cooks, five of them of Irish origin, were killed", "killed", 6),
        ("A wreath was laid for six cooks, four of them Basques, who were killed", "killed", 6),
        ("Nine members of the party were killed", "killed", 9),
        ("FOUR SOLDIERS FROM THE 3D BRIGADE WERE KILLED", "killed", 4),
        ('Three "rebels" were killed', "killed", 3),
        ("Six of the kidnapped cooks were killed", "killed", 6),
        ("Three out of ten cooks were killed", "killed", 3),
        ("Three peasants were dragged from their homes and killed", "killed", 3),
        ("Ten cooks were aboard, all of whom were killed", "killed", 10),
        ("Nine women, most of them cooks and clerks, were killed", "killed", 9),
        ("THIRTYTHREE SEAMEN WERE KILLED", "killed", 33),
        ("Not a single cook was killed", "killed", 0),
        ("IN THE RAID, 12 WERE KILLED", "killed", 12),
        ("Eleven policemen were killed at the gate", "killed", 11),
        ("A nurse was badly hurt", "injured", 1),
        ("Nobody was injured", "injured", 0),
        ("A clerk told detectives he was shot", "shot", 1),
        ("The owner was pistol-whipped", "injured", 1),
        ("Not one child was hurt", "injured", 0),
        ("Two boys who kept bees were killed", "killed", 2),
        ("Four people were shot at a party", "shot", 4),
        ("The guard shot and wounded near the gate was named; two clerks were shot and wounded", "injured", 2),
        ("Two of the guards were later found dead", "killed", 2),
        ("Olha Kravets, who had come from Lviv, was killed", "killed", 1),
        ("Mr. Kravets was killed at the gate", "killed", 1),
        ("Three U.S. engineers were injured", "injured", 3),
        ("FIVE PEOPLE'S FRONT (PF) [POPULAR FRONT] REBELS WERE KILLED", "killed", 5),
        ("A member of the marines was wounded", "injured", 1),
        ("He wrote two articles on the six monks who were killed", "killed", 6),
        ("NAVAS AND TWO GUARDS WERE KILLED", "killed", 2),
        ("Eleven clerks, most of them women, were killed", "killed", 11),
        ("Nine sailors, two of them officers, were wounded", "injured", 9),
        ("Six cooks, mostly Peruvians, were wounded", "injured", 6),
        ("Seven pupils under 12 were killed", "killed", 7),
        ("Some 40 nuns and orphans were abducted", "abducted", 40),
        ("In the past year 31 deminers were killed", "killed", 31),
        ("Four miners were buried by a landslide", "trapped", 4),
        ("Six fishermen are missing", "missing", 6),
    ],
    "reduced": [
        ("The raid left more than 30 people - most of them farmers - dead", "killed", 30),
        ("“Dozens” wounded in the market", "injured", (24, None)),
        ("leaving 1 dead", "killed", 1),
        ("Police found both the man and the boy dead", "killed", 1),
        ("with 31 more wounded", "injured", 31),
        ("Four hurt in bus crash", "injured", 4),
        ("one of the three sailors killed on Friday", "killed", 3),
        ("the man whom police shot", "shot", 1),
    ],
    "intransitive": [
        ("Two of the wounded rebels died", "killed", 2),
        ("The truck carried peasants, 15 of whom died", "killed", 15),
        ("Five climbers died", "killed", 5),
        ("a girl who died in hospital", "killed", 1),
        ("A girl died of her wounds", "killed", 1),
        ("They honour all those who have died", "killed", (2, None)),
        ("A clerk who was found shot in a park early on Sunday morning has died", "killed", 1),
        ("Clerk Shot In Office Dies", "killed", 1),
        ("A clerk, one of two victims of a shooting on Tuesday in Lima, has died", "killed", 1),
        ("Seven soldiers lost their lives", "killed", 7),
        ("Three hikers have disappeared", "missing", 3),
    ],
    "attributive": [
        ("The clinic took in nine wounded sailors", "injured", 9),
        ("the funeral of the two murdered nuns", "killed", 2),
        ("doctors cared for wounded sailors", "injured", (2, None)),
    ],
    "toll": [
        ("The death toll rose to 41", "killed", 41),
        ("bringing the death toll to nine", "killed", 9),
        ("On Friday the monitor raised its count to 86", "killed", 86),
        ("By evening the clinic had counted 35 killed and 82 hurt", "injured", 82),
        ("the number of injured reached 120", "injured", 120),
        ("The toll rose on Sunday to 41 villagers", "killed", 41),
        ("Rising to 19, the number of people killed in the raid", "killed", 19),
        ("The death toll from a missile attack on a mill in Sumy rose to 30", "killed", 30),
        ("The death toll in Lutsk due to a drone attack climbed up to 21 on Sunday", "killed", 21),
        ("The number of people killed as a result of the strike on Lutsk has increased to 40", "killed", 40),
        ("The death toll after drone strikes on Lutsk rises to 16", "killed", 16),
        ("The number of people wounded in the overnight drone attack increased to 12", "injured", 12),
    ],
    "reckoned": [
        ("The number of villagers who were killed by the shells in the north has risen to at least 16", "killed", 16),
        ("It rose to 18 at least, the number of villagers, as far as is known, who were killed", "killed", 18),
        ("This raised the number of cooks who were wounded since yesterday to 48", "injured", 48),
        ("A monitor put the number of farmers killed since the raids began in May at 207", "killed", 207),
    ],
    "unsaved": [
        ("Surgeons were unable to save a nine-year-old girl", "killed", 1),
    ],
    "held": [
        ("They took some 40 hostages in the raid", "abducted", 40),
        ("More than 60 captives were taken", "abducted", 60),
        ("The rebels took 34 prisoners near the river", "captured", 34),
        ("The group took two nurses hostage", "abducted", 2),
    ],
    "elsewhere": [
        ("Shells killed three cooks in Lutsk and two in Sumy", "killed", 2),
        ("One clerk was killed in Lutsk and another in Sumy", "killed", 1),
    ],
    "lives": [
        ("The flood claimed the lives of four girls", "killed", 4),
        ("It took 30 lives", "killed", 30),
        ("It claimed one man's life", "killed", 1),
    ],
    "counted": [
        ("The raid left nine martyrs and twelve wounded", "killed", 9),
        ("three murders were committed", "killed", 3),
        ("three bullet-riddled bodies appeared on the road", "killed", 3),
        ("The province reported six deaths", "killed", 6),
        ("There were no injuries", "injured", 0),
        ("Crews recovered two bodies", "killed", 2),
    ],
    "nominal": [
        ("This caused the martyrdom of 8 citizens", "killed", 8),
        ("A shell caused the death of 8 persons at least", "killed", 8),
        ("the death of a cameraman", "killed", 1),
        ("The bodies of two cooks and a nurse were carried out", "killed", 1),
        ("after the murder of eight peasants", "killed", 8),
        ("the kidnapping of two engineers", "abducted", 2),
        ("the murder on 3 May of two engineers", "killed", 2),
        ("following the death yesterday of nine clerks", "killed", 9),
        ("THE MASSACRE [OF SIX MONKS] WAS NO ACCIDENT", "killed", 6),
        ("They condemned the murders of judges and especially that of Ana Ruiz", "killed", 1),
        ("the killing of human beings", "killed", (2, None)),
    ],
    "possessive": [
        ("They mourned Ana Ruiz's death", "killed", 1),
        ("Court opens on the four nuns' murder", "killed", 4),
    ],
    "killing_of": [("the shooting of five monks", "shot", 5), ("the fatal shooting of a monk", "killed", 1)],
    "among": [
        ("Among the wounded were two reporters", "injured", 2),
        ("Ihor Melnyk was among the dead", "killed", 1),
    ],
    "of_the_dead": [("five of the dead came from one village", "killed", 5)],
    "suffered": [
        ("Two clerks suffered cuts and burns", "injured", 2),
        ("A boy sustained a head injury", "injured", 1),
        ("A clerk is recovering from a gunshot wound", "injured", 1),
        ("A cook suffered a cut to her head", "injured", 1),
        ("Four cooks, ages 18 to 25, sustained burns", "injured", 4),
        ("Three men between the ages of 18 and 23 received minor injuries", "injured", 3),
    ],
    "hospital": [
        ("Nine children were taken to hospital", "shot", 9),
        ("The blast sent six clerks to hospitals", "shot", 6),
        ("Two guards are being treated for wounds", "shot", 2),
        ("Three people went to the hospital", "shot", 3),
        ("The shooting landed four men in a hospital", "shot", 4),
    ],
    "maimed": [("A cook lost both legs", "injured", 1), ("Two pupils lost an eye in the blast", "injured", 2)],
    "driven_out": [
        ("The advance drove 900 farmers from their villages", "displaced", 900),
        ("More than 4,000 islanders fled", "displaced", 4000),
    ],
    "fate_unknown": [("The fate of two more people remains unknown", "missing", 2)],
    "sought_help": [
        ("63 residents sought medical help", "injured", 63),
        ("Six needed medical attention", "injured", 6),
    ],
    "in_care": [
        ("Three of them are in hospital", "injured", 3),
        ("Eleven are still being treated", "injured", 11),
        ("Two pupils remain in hospital", "injured", 2),
    ],
    "struck": [
        ("A woman was struck in the thigh", "shot", 1),
        ("two boys were hit by shrapnel", "shot", 2),
        ("Seven sailors were hit", "shot", 7),
    ],
    "fatally": [("Two men were shot, one fatally", "killed", 1)],
    "with_wounds": [
        ("Police found a man with a gunshot wound to the leg", "shot", 1),
        ("Five sailors arrived at a clinic with minor injuries", "injured", 5),
    ],
    "outlived": [
        ("A driver did not survive", "killed", 1),
        ("Two of the clerks didn't make it", "killed", 2),
    ],
    "examined": [
        ("The coroner identified the victims as Ana Ruiz and Luis Soto", "killed", 1),
        ("The driver was identified by the county medical examiner as Ana Ruiz", "killed", 1),
    ],
    "died_too": [
        ("A clerk was struck in the chest and later died", "killed", 1),
        ("He was shot several times and died at a clinic", "killed", 1),
    ],
    "slain": [
        ("The homicide victim was named on Sunday", "killed", 1),
        ("Two murder victims lay in the yard", "killed", 2),
        ("Friends met the victim of Sunday's fatal shooting", "killed", 1),
        ("The fatal shooting victim came from Lima", "killed", 1),
    ],
    "victims": [
        ("Police found four male shooting victims", "shot", 4),
        ("Two other gunshot victims were at the gate", "shot", 2),
    ],
    "had_wounds": [
        ("Two of the sailors had gunshot wounds", "shot", 2),
        ("He had a bullet wound to his leg", "shot", 1),
    ],
    "charges": [("He is charged with three counts of second-degree murder", "killed", 3)],
    "folded": [
        ("the triple homicide on Friday", "killed", 3),
        ("A quadruple shooting shook Lima", "shot", 4),
        ("a double murder-suicide", "killed", 3),
    ],
    "reflexive": [("The gunman shot six people, then himself", "shot", 1), ("He killed himself", "killed", 1)],
    "suicide": [
        ("The driver took his own life", "killed", 1),
        ("He shot two guards before turning the gun on himself", "killed", 1),
    ],
    "including": [
        ("It killed nine people, including three girls", "killed", 3),
        ("Nine people, including three girls, were killed", "killed", 3),
    ],
    "named": [
        ("The following guards died in the raid: Ana Ruiz, Luis Soto and Pedro Rojo", "killed", 1),
        ("The blast killed two clerks: Ana Ruiz and Luis Soto", "killed", 1),
    ],
    "of_them": [("Ten people were hurt, two of them children", "injured", 2)],
    "partition": [("It wounded 9 people: 5 in Sumy and 4 in Konotop", "injured", 5)],
    "along_with": [("He was killed along with two guards", "killed", 2)],
    "inverted": [
        ("[TEXT] KILLED WERE THREE SOLDIERS", "killed", 3),
        ("Also killed in the raid were two cooks", "killed", 2),
    ],
    "killers_of": [
        ("The murderers of the six monks were seen", "killed", 6),
        ("The killers of Ana Ruiz fled", "killed", 1),
    ],
    "identified": [
        ("The dead were identified as Ana Ruiz and Luis Soto", "killed", 1),
        ("Those wounded are Luis Soto and Ana Ruiz", "injured", 1),
    ],
    "among_those": [("Among the monks murdered was Luis Soto, the abbot", "killed", 1)],
    "one_of_them": [("Luis Soto, one of the six monks murdered in May, taught law", "killed", 1)],
    "the_slain": [
        ("He replaced the assassinated Luis Soto", "killed", 1),
        ("They honored murdered Senator Soto", "killed", 1),
    ],
    "roster": [
        (
            "The victims were named as: Ana Ruiz 34 years old female killed Luis Ruiz 9 years old male killed",
            "killed",
            1,
        )
    ],
}

# sentences in which nobody is said to be harmed, by what tempts a careless rule
LEAVES_ALONE = {
    "a village that could not be saved": "The army could not save the village of Lypne",
    "a party that did not survive": "The party did not survive the vote",
    "a count of votes": "The count rose to 86 votes",
    "wounds that he had": "His doctor treated the wounds he had",
    "hostages who came free": "Ten hostages were released on Friday",
    "country": "The strike hurts the country, and drugs are killing the youth",
    "number": "The army will announce the number of rebels killed",
    "in_the_air": "The police shot in the air",
    "at_a_house": "Several armed men shot repeatedly at the offices",
    "drowned_out": "His words drowned out the cheers",
    "toll_on": "Violence takes a toll on many",
    "toll_to_come": "The toll may rise as dozens more lie there",
    "martyrs_by_name": "The account Martyrs of the Plain wrote of it",
    "number_unsaid": "The number of villagers killed has risen, and 16 houses burned",
    "intimidate": 'They came to "intimidate and murder" peasants',
    "both_murders": "The two murders were discussed",
    "organization": "The guerrilla organization was killed off by neglect",
    "things": "The strike killed the deal and damaged 30 houses",
    "aircraft": "Two jets were shot down at dawn",
    "place": "Troops captured the village of Tonenke",
    "noun": "The killing field lies north of the river",
    "shots": "One shot was fired at the gate",
    "shots_back": "The guard returned one shot",
    "city_killings": "It was the third homicide in the city of Lima",
    "attempted": "The attempted murder victim spoke on Sunday",
    "vigil": "A vigil for a homicide victim was held on Sunday",
    "unharmed_victims": "Police spoke to five victims of a deadly shooting",
    "unwounded_before": "He had no gunshot wounds",
    "victims_at_large": "She runs a fund for homicide victims",
    "anothers_life": "Nobody has a right to take the life of another",
    "visitors": "Two relatives went to the hospital",
    "put_at_work": "He put two cooks at work in the hospital",
    "victims_met": "Police met the shooting victims",
    "hospital": "The children's hospital was evacuated of files",
    "troops": "Russia sent 4,000 troops to the border",
    "toll_road": "The toll road reopened at noon",
    "injured_player": "The striker took the ball of the captain",
    "undivided": "The army took 38 casualties",
    "lost_players": "The club lost four defenders to injury",
    "lost_things": "The army lost 40 tanks",
    "body_in_rubble": "The remains were buried under rubble",
    "to_his_face": "Injuries to his face are light",
    "unhurt": "The driver was not injured",
    "life": "She took life as it came",
    "purpose": "They came in order to frighten and kill two judges",
    "compound": "Murder suspects must register",
    "shot_at": "Two gunmen shot at the guards of a bank",
    "attempt": "He faces two counts of attempted murder",
    "unwounded": "A man with no injuries was found at the gate",
    "lost_match": "The captain lost her temper and the match",
    "fled": "Three gunmen fled before the guards came",
    "forced": "The rain forced 200 clerks to wait",
    "ward": "Doctors treated the matter as closed",
    "funeral": "Hundreds walked behind the priest to bury Ana Ruiz and her son",
    "kind": "The school serves as a shelter for displaced people",
    "most": "Most died of thirst",
    "camp": "The camp for displaced people was hit",
    "note": "[11] Jonas was taken",
    "limbs": "He fired, missing the legs of the other boy",
    "killers": "The killers of the night are owls",
    "plan_executed": "The execution of the Popular Front plan begins",
    "ill": "The minister died of lung cancer",
    "heart": "The poet died of a sudden heart attack",
    "sleep": "The poet died in his sleep",
    "figurative": "The walkouts are hurting the mayor and his party",
    "let_die": "They are letting the project die",
    "charged_with": 'The file is called "Torture and Murder": Ruiz, Luis',
    "newspaper": "[Interview with President Soto] [TEXT] Die Welt: You look well",
    "body": "His body had received 18 bullet wounds",
    "double_room": "A double room costs more in July",
}


def figure(count):
    return count.best if count.best is not None else (count.min, count.max)


@pytest.mark.parametrize(
    ("rule", "sentence", "harm", "wanted"), [(rule, *example) for rule, found in READS.items() for example in found]
)
def test_a_rule_reads_its_examples(rule, sentence, harm, wanted):
    found = rules.find_claims(Clause(sentence, LEXICON))
    assert (rule, harm, wanted) in [(f.rule, f.harm, figure(f.count)) for f in found]


@pytest.mark.parametrize("sentence", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_nothing_is_read_where_nobody_is_harmed(sentence):
    found = rules.find_claims(Clause(sentence, LEXICON))
    assert [f for f in found if f.status is ClaimStatus.REPORTED] == []


def test_every_rule_function_has_an_example():
    named = {rule.__name__ for rule in rules.RULES}
    assert named - set(READS) == set()


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Twelve people may have been killed", ClaimStatus.FEARED),
        ("Dozens are feared dead", ClaimStatus.FEARED),
        ("They plan to kill two judges", ClaimStatus.HYPOTHETICAL),
        ("Such bombs could wound hundreds", ClaimStatus.HYPOTHETICAL),
        ("No one was killed", ClaimStatus.DENIED),
        ("Two men are said to have died", ClaimStatus.REPORTED),
    ],
)
def test_the_verb_group_tells_the_status(sentence, status):
    assert [f.status for f in rules.find_claims(Clause(sentence, LEXICON))] == [status]


@pytest.mark.parametrize(
    "text", ["killed " * 30_000, "five people, " * 20_000, "a man and " * 20_000 + "were killed", "and " * 60_000]
)
@pytest.mark.timeout(20)
def test_a_long_sentence_takes_linear_time(text):
    rules.find_claims(Clause(text, LEXICON))
