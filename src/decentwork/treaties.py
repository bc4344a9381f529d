"""The treaties of the table `treaty-ratifications`: the names that pages show, in four groups."""

CRIME = "the crime"
CORE = "fundamental at work"
AT_RISK = "workers at risk"
RIGHTS = "human rights, refugees"

GROUPS = {
    CRIME: {
        "UNTOC": "UN Convention against Transnational Organized Crime",
        "UNCAC": "UN Convention against Corruption",
        "PALERMO": "Palermo Protocol on trafficking",
        "CETS197": "Council of Europe Convention on trafficking",
    },
    CORE: {
        "ILO_C029": "ILO No. 29, forced labour",
        "ILO_P029": "ILO Protocol of 2014 on forced labour",
        "ILO_C105": "ILO No. 105, abolition of forced labour",
        "ILO_C087": "ILO No. 87, freedom of association",
        "ILO_C098": "ILO No. 98, collective bargaining",
        "ILO_C100": "ILO No. 100, equal pay",
        "ILO_C111": "ILO No. 111, discrimination at work",
        "ILO_C138": "ILO No. 138, minimum age",
        "ILO_C182": "ILO No. 182, worst forms of child labour",
        "ILO_C155": "ILO No. 155, safety and health",
        "ILO_C187": "ILO No. 187, framework for safety and health",
    },
    AT_RISK: {
        "ILO_C081": "ILO No. 81, labour inspection",
        "ILO_C129": "ILO No. 129, inspection of farms",
        "ILO_C097": "ILO No. 97, migrant workers",
        "ILO_C143": "ILO No. 143, migrant workers in abusive conditions",
        "ICRMW": "UN Migrant Workers Convention",
        "ETS093": "European Convention on migrant workers",
        "ILO_C181": "ILO No. 181, private employment agencies",
        "ILO_C189": "ILO No. 189, domestic workers",
        "ILO_C190": "ILO No. 190, violence and harassment at work",
    },
    RIGHTS: {
        "ICCPR": "Covenant on Civil and Political Rights",
        "ICESCR": "Covenant on Economic, Social and Cultural Rights",
        "ESC_1961": "European Social Charter of 1961",
        "ESC_REV_1996": "European Social Charter, revised",
        "ESC_CC_1995": "Protocol on collective complaints under the Charter",
        "CEDAW": "Convention on Discrimination against Women",
        "CRC": "Convention on the Rights of the Child",
        "CRC_OPSC": "Protocol on the sale of children",
        "CETS210": "Istanbul Convention on violence against women",
        "REF1951": "Refugee Convention of 1951",
        "REFPROT1967": "Refugee Protocol of 1967",
    },
}
"""What the treaties protect or forbid, and in each group the treaties by their code."""

NAMES = {code: name for group in GROUPS.values() for code, name in group.items()}
"""The name of each treaty by its code."""

GROUP_OF = {code: group for group, names in GROUPS.items() for code in names}
"""The group of each treaty by its code."""
