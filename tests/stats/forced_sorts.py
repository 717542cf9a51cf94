"""Decks, real sorts and simulated sorts that the tests of agreement share."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

PQS_SIZES = (5, 8, 12, 16, 18, 16, 12, 8, 5)
PQS_VALUES = tuple(range(1, 10))
SWAP_SIZES = (100, 22, 18, 16, 14, 12, 10, 8)
SWAP_VALUES = tuple(range(8))

# Two acquaintances (A, B) of six people, CAQ items 1 to 100, piles 1 to 9 as the PQS. Persons 1 to 6
# of acq1 and acq2 in R package multicon 1.6 (Sherman, Nave & Funder 2010).
ACQUAINTANCES = """
4676666935952186885751153819846873833323535515222266422775573436473459744975744753684546455674664546
3879643855874155684521555548627345922354639735433669473896671775454438662752714646584467253246671635
4778686954622483594432164715516451721262539647422495463787563335398556673675636753785456374554464885
4889967545651283984552243928936562822352557535343376663787661416174356814643735764675447464745465755
2958925551971366438531156528925872832265535756824476363777661347566657543674846454779346443544854634
9386343474278284267214554262447775535235473377585731895848875791949161666642636665364556635634445555
5399675835354575362735455746456544158595397565475866544676461846787132643832437889461236422461672732
2996734789673658566562444847286357851567665576752461656799542523476445544553534784383183625334471213
1986652621542186985331223719555792832244564646533365363866573347448347566845744764796456544875575757
5978667862843256976651225915846682911243456533331375253866573448556547642474734874793457435755664645
4679748844742185795463363626615863931254859536332778572985471456275346756662543852565447445633651745
3679534847666577789813443674723115742662658645325779561885755862657345685954423523394434455443561266
"""

SHARED_ACQUAINTANCES = (
    Path(__file__).parents[3] / "shared" / "data" / "sorts" / "caq_acquaintances.csv"
)


def deck(sizes=PQS_SIZES, values=PQS_VALUES):
    return np.repeat(np.asarray(values, float), sizes)


def six_pairs():
    """Six sessions of two forced sorts, ``(6, 2, 100)``."""
    rows = [[int(digit) for digit in line] for line in ACQUAINTANCES.split()]
    return np.array(rows, float).reshape(6, 2, 100)


def whole_acquaintances():
    """Sorts ``(240, 100)`` and persons ``(240,)`` of the whole file."""
    with SHARED_ACQUAINTANCES.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([row[2:] for row in rows], float), np.array([int(row[0]) for row in rows])


def forced(latent, cards):
    """Lay the items of each row of ``latent`` into piles by their order."""
    order = np.argsort(np.argsort(latent, axis=-1), axis=-1)
    return np.sort(np.asarray(cards, float))[order]


def simulated(rng, leading=(), raters=3, cards=None, agreement=0.5):
    """Forced sorts ``(*leading, raters, items)`` that share a profile."""
    cards = deck() if cards is None else cards
    items = len(cards)
    common = rng.standard_normal((*leading, 1, items))
    own = rng.standard_normal((*leading, raters, items))
    return forced(np.sqrt(agreement) * common + np.sqrt(1 - agreement) * own, cards)


@st.composite
def decks(draw, most_items=40):
    """Sizes and values of a forced distribution with some variance, symmetric or not."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=7))
    while sum(sizes) < 5:
        sizes.append(3)
    start = draw(st.integers(-4, 3))
    return sizes[:most_items], list(range(start, start + len(sizes)))


@st.composite
def forced_sorts(draw, least_raters=2, most_raters=5):
    """Random forced sorts ``(raters, items)`` of a random deck, some of them much alike."""
    sizes, values = draw(decks())
    raters = draw(st.integers(least_raters, most_raters))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    agreement = draw(st.sampled_from([0.0, 0.4, 0.9]))
    return simulated(rng, raters=raters, cards=deck(sizes, values), agreement=agreement)
