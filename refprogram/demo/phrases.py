"""What the people of the demo write into cells."""

NOTES = {
    "red": (
        "Not before the renewal.", "New policy: no public mentions this year.", "Asked twice, no answer.",
        "Unhappy with the last release; win them back first.", "Legal said no, ask again after the reorganisation.",
    ),
    "amber": (
        "Agreed in principle; legal reads the wording.", "Willing once the rollout in the second plant is done.",
        "Wants to see the text first.", "Champion is keen, the director hesitates.", "Meeting is set for next month.",
    ),
    "green": (
        "Happy to do it, ask a week ahead.", "Agreed in the business review.", "Did it twice already, very clear.",
        "Prefers mornings.", "Brings numbers: saved a third of the handling time.",
    ),
}  # fmt: skip

ACTIONS = {
    "press_release": "Send the draft to their press office",
    "quotation": "Get the wording signed off",
    "logo": "Ask the brand owner for permission",
    "case_study": "Book the interview with the project lead",
    "public_speech": "Offer the slot in the spring show",
    "social_media": "Suggest a post about the go-live",
    "showcase_visit": "Agree on how many visits a year",
    "prospect_seminar": "Invite as speaker for the next seminar",
    "user_group": "Invite to the user group",
    "reference_call": "Send the call script to the champion",
    "private_material": "Check the confidentiality agreement",
    "investor_material": "Ask the finance director",
}

BLOCKERS = (
    "", "", "Legal reviews the call script", "Overdue invoice first", "Champion moved, meet the successor",
    "Waiting for the impact review",
)  # fmt: skip

CHURN_REASONS = (
    "Taken over; the new owner uses another product.",
    "Budget cut, the project was stopped.",
    "Expectations at the start were wrong.",
)

WITHDRAWALS = (
    "Called to take the consent back: too many requests lately.",
    "The new director wants no more reference calls for now.",
)
