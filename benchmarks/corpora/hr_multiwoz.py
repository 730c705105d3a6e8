"""HR-MultiWOZ: an assistant of a human resources department fills in forms with employees. Apache 2.0 licence.

`data/sgd_dataset.pkl` of amazon-science/hr-multiwoz-tod-llm-agent, saved as JSON records
(`pandas.read_pickle(…).to_json(…, orient="records")`). Written by a language model. What is asked
for in a turn is what the answer fills in; a word has to name it, too.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from corpora.turns import AgentTurn, Corpus, Label, context_before
from corpora.wordings import asks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["read"]


class Field(NamedTuple):
    """A field of a form: the words that name it, and the triggers for asking for it."""

    named: str
    asked: tuple[str, ...]


CONTACT = Field(
    r"contact|e-?mail|phone|reach (you|out)",
    asks(
        "your contact information",
        "your contact details",
        "your email and phone number",
        clauses=("how to contact you",),
    ),
)
NOTES = Field(
    r"anything else|any other|any more|additional|other (details|notes|information|observations)|further",
    asks(
        "additional notes",
        "further details",
        clauses=("if there is anything else you want to add", "whether you have anything to add"),
    ),
)
INCIDENT_DATE = Field(
    r"\bdate|\bwhen\b|what day",
    asks(
        "the date of the incident",
        "the incident date",
        clauses=("when it happened", "on what date the incident took place"),
    ),
)
INCIDENT_TIME = Field(
    r"\btime\b|\bwhen\b|HH:MM",
    asks(
        "the time of the incident",
        "the time of day",
        clauses=("what time it happened", "at what time the incident occurred"),
    ),
)
INCIDENT_PLACE = Field(
    r"\bwhere\b|location|place\b",
    asks(
        "the location of the incident",
        "the place of the incident",
        clauses=("where it happened", "where the incident took place"),
    ),
)
WITNESSES = Field(
    r"witness|around|see what happened|saw|anyone else|anybody",
    asks("the witnesses", clauses=("if there were any witnesses", "whether anyone saw what happened")),
)

FORMS: dict[str, dict[str, Field]] = {
    "training_request": {
        "training_topic": Field(r"topic|subject|focus|learn\w* about|what kind of training|covered", asks(
            "the training topic", "the subject of the training", clauses=("what the training should be about", "what you want to learn"))),
        "special_requirements": Field(r"accommodat|special|needs", asks(
            "special requirements", clauses=("if you need any special accommodations", "whether there are any special needs"))),
        "number_of_participants": Field(r"how many|number of|just (you|yourself)|participat|attend|people|joining", asks(
            "the number of participants", clauses=("how many people will take part", "how many people will attend"))),
        "training_duration": Field(r"how long|duration|last\b|hours|days|length", asks(
            "the duration of the training", "the length of the training", clauses=("how long the training should be",))),
        "budget_constraints": Field(r"budget|spend|cost|amount", asks(
            "the budget", "your budget for the training", clauses=("how much you can spend", "what the training may cost"))),
        "desired_training_outcomes": Field(r"outcome|goals?|achieve|results?|get out of|hop(e|ing)", asks(
            "the goals of the training", "the desired outcome", clauses=("what you hope to get out of it", "what the training should achieve"))),
        "preferred_training_dates": Field(r"dates?|when\b|schedule", asks(
            "the preferred dates", "the training dates", clauses=("when the training should take place", "when you want the training"))),
        "preferred_training_format": Field(r"online|in[ -]person|format|workshop|delivered|style", asks(
            "the preferred format", "the format of the training", clauses=("whether you prefer online or in person", "how the training should be delivered"))),
        "current_skill_level": Field(r"skill|level|beginner|experience", asks(
            "your current skill level", "the current level", clauses=("how experienced you are", "what your skill level is"))),
        "contact_information": CONTACT,
    },
    "performance_review": {
        "review_period": Field(r"time period|period|dates?|time frame|timeframe", asks(
            "the review period", "the period of the review", clauses=("what period the review covers", "which dates the review covers"))),
        "overall_performance_rating": Field(r"overall|rating|rate\b.*performance|assessment", asks(
            "the overall rating", "an overall performance rating", clauses=("how you rate the performance overall",))),
        "areas_for_improvement": Field(r"improve|better|work on", asks(
            "areas for improvement", "things to improve", clauses=("what could be improved", "where there is room for improvement"))),
        "employee_name": Field(r"name", asks(
            "the employee's name", "the name of the employee", clauses=("who is being reviewed",))),
        "goal_achievement": Field(r"goals?\b|achiev", asks(
            "the achievement of goals", clauses=("how well the goals were achieved", "whether the goals were met"))),
        "additional_training_needed": Field(r"training", asks(
            "training needs", clauses=("if any additional training is needed", "whether more training would help"))),
        "leadership_qualities": Field(r"leader", asks(
            "leadership qualities", "examples of leadership", clauses=("what leadership qualities were shown",))),
        "job_role": Field(r"role|position|job", asks(
            "the job role", "the job title", clauses=("what role the employee has", "what the position is"))),
        "next_review_goals": Field(r"goals?\b", asks(
            "goals for the next review", "the goals for the next period", clauses=("what to aim for in the next review period",))),
        "team_contribution": Field(r"team|contribut", asks(
            "the contribution to the team", "a rating of the teamwork", clauses=("how much was contributed to team projects",))),
        "skill_development": Field(r"skills?|grow|learn|develop", asks(
            "the skill development", "new skills", clauses=("which new skills were learned", "how the skills have developed"))),
    },
    "access_request": {
        "purpose_of_access": Field(r"purpose|reason|why|using|used for|use it", asks(
            "the purpose of the access", "the reason for the request", clauses=("what you need the access for", "why you need access"))),
        "additional_notes": NOTES,
        "duration_of_access": Field(r"how long|duration|time ?frame|ongoing|period", asks(
            "the duration of the access", clauses=("how long you need access", "for how long you will need it"))),
        "contact_information": CONTACT,
        "required_access_level": Field(r"level|full|read[ -]only|limited", asks(
            "the access level", "the level of access", clauses=("whether you need full or read-only access", "what level of access you need"))),
        "user_identification": Field(r"\bID\b|employee number|identif", asks(
            "your employee ID", "your user ID", "your employee number", clauses=("what your employee ID is",))),
        "approval_from_supervisor": Field(r"approv|supervisor|manager", asks(
            "the supervisor's approval", clauses=("if your supervisor has approved the request", "whether you have approval"))),
        "access_type": Field(r"(kind|type|sort) of (access|system|resource)|like access to|system access", asks(
            "the type of access", "the kind of access", clauses=("what kind of access you need",))),
        "previous_access": Field(r"before|previous|past", asks(
            "your previous access", clauses=("if you have had access before", "whether you had this access in the past"))),
        "security_clearance_status": Field(r"clearance|security", asks(
            "your security clearance", "your clearance level", clauses=("whether you have security clearance",))),
        "specific_resources_needed": Field(r"specific|which|areas|resources|systems", asks(
            "the specific resources", "the systems you need", clauses=("which resources you need access to",))),
    },
    "benefits_enrollment": {
        "benefit_plan_selection": Field(r"plan", asks(
            "the benefit plan", "the plan code", clauses=("which plan you want", "whether you choose Plan A or Plan B"))),
        "contact_preference": Field(r"contact|email|reach", asks(
            "your preferred contact method", clauses=("how you prefer to be contacted", "whether to contact you by email, phone or mail"))),
        "effective_date": Field(r"when|begin|start|date", asks(
            "the effective date", "the start date of the coverage", clauses=("when the coverage should begin",))),
        "estimated_annual_premium": Field(r"premium|budget|annual|yearly", asks(
            "your premium budget", "the annual premium", clauses=("how much you want to pay per year", "what your budget for premiums is"))),
        "number_of_dependents": Field(r"dependents?|family members", asks(
            "the number of dependents", clauses=("how many dependents you have", "how many dependents to add"))),
        "personal_information_confirmation": Field(r"on file|current|up[ -]to[ -]date|update", asks(
            clauses=("if your personal information is up to date", "whether your contact information is on file"))),
        "previous_coverage_duration": Field(r"previous|before|how long|how many years|covered", asks(
            "your previous coverage", clauses=("how long you were covered before", "how many years you have had insurance"))),
        "type_of_benefit": Field(r"type of|kind of|which benefit|health insurance|dental", asks(
            "the type of benefit", "the benefit you want", clauses=("what type of benefit you want to enroll in",))),
    },
    "harassment_report": {
        "additional_notes": NOTES,
        "description_of_incident": Field(r"describe|what happened|details", (*asks(
            "a description of the incident", "the details of the incident", clauses=("what happened",)), "asks you to describe what happened")),
        "desired_outcome": Field(r"outcome|resolution|hoping|like to see", asks(
            "the outcome you want", "the desired outcome", clauses=("what outcome you hope for", "how you want it to be resolved"))),
        "impact_on_victim": Field(r"affect|impact|feel", asks(
            "the impact on you", clauses=("how it has affected you", "how this affects you"))),
        "incident_date": INCIDENT_DATE,
        "incident_location": INCIDENT_PLACE,
        "incident_time": INCIDENT_TIME,
        "individuals_involved": Field(r"who\b|involved|names?", asks(
            "the people involved", "the names of those involved", clauses=("who was involved",))),
        "previous_incidents": Field(r"previous|other (similar|times|incidents)|past|before", asks(
            "previous incidents", clauses=("if it has happened before", "whether there were similar incidents in the past"))),
        "reporter_contact_info": CONTACT,
        "type_of_harassment": Field(r"type|kind|sort", asks(
            "the type of harassment", "the kind of harassment", clauses=("what type of harassment it was",))),
        "witnesses": WITNESSES,
    },
    "relocation_request": {
        "budget_limitations": Field(r"budget|spend|cost", asks(
            "your budget", "the budget limit", clauses=("how much you can spend on the move",))),
        "contact_details": CONTACT,
        "current_location": Field(r"current|relocating from|moving from|where .*\bfrom\b|live now|based", asks(
            "your current location", "the place you are moving from", clauses=("where you are moving from", "where you live now"))),
        "desired_relocation_date": Field(r"when|date", asks(
            "the relocation date", "the moving date", clauses=("when you want to move", "when you would like to relocate"))),
        "destination_location": Field(r"where .*\b(to|be|destination|heading|headed)\b|destination", asks(
            "the destination", "the new location", clauses=("where you are moving to", "where you will relocate"))),
        "duration_of_relocation": Field(r"temporary|permanent|how long", asks(
            "the duration of the relocation", clauses=("whether the move is temporary or permanent", "if the move is permanent"))),
        "employment_assistance_needed": Field(r"employment|job|work", asks(
            clauses=("if you need help finding a job", "whether you need employment assistance"))),
        "housing_requirements": Field(r"housing|apartment|place to live|live", asks(
            "your housing requirements", "housing preferences", clauses=("what kind of housing you need",))),
        "number_of_relocating_individuals": Field(r"how many|number of|just you|alone|with you", asks(
            "the number of people moving", clauses=("how many people will move with you", "how many people are relocating"))),
        "packing_and_moving_services": Field(r"pack|moving services|movers", asks(
            clauses=("if you need help with packing", "whether you need packing and moving services"))),
        "relocation_reason": Field(r"reason|why|prompt|what('s| is) bring", asks(
            "the reason for the move", "the reason for relocating", clauses=("why you are moving", "why you want to relocate"))),
        "special_accommodations": Field(r"special|accommodat", asks(
            "special accommodations", clauses=("if you have any special needs", "whether any accommodations are needed"))),
        "transportation_needs": Field(r"transport|vehicle|flight|ship", asks(
            "your transportation needs", clauses=("if you need transport for a vehicle", "what transportation you need"))),
    },
    "safety_incident_report": {
        "additional_notes": NOTES,
        "affected_individuals": Field(r"affected|impacted|involved|how many|how many people|others", asks(
            "the number of people affected", "the people affected", clauses=("how many people were affected", "who was affected"))),
        "immediate_actions_taken": Field(r"immediate|actions?|first aid|care|steps", asks(
            "the immediate actions", clauses=("what was done right after the incident", "what immediate actions were taken"))),
        "incident_date": INCIDENT_DATE,
        "incident_location": INCIDENT_PLACE,
        "incident_time": INCIDENT_TIME,
        "incident_type": Field(r"type|kind|what happened|was it (an?|a workplace)|fire|spill", asks(
            "the type of incident", clauses=("what type of incident it was", "what kind of incident you are reporting"))),
        "injuries_sustained": Field(r"injur|hurt", asks(
            "injuries", clauses=("if anyone was injured", "whether you were hurt", "what injuries there were"))),
        "property_damage": Field(r"damage|property", asks(
            "property damage", clauses=("if any property was damaged", "whether anything was damaged"))),
        "reporter_contact_info": CONTACT,
        "severity_of_incident": Field(r"sever|minor|serious|how bad|scale", asks(
            "the severity of the incident", clauses=("how severe the incident was", "how bad it was"))),
        "witnesses": WITNESSES,
    },
    "time_off_report": {
        "additional_notes": NOTES,
        "contact_availability": Field(r"availab|reach", asks(
            "your availability", clauses=("whether you can be reached during your time off", "if you will be available while away"))),
        "emergency_contact_info": Field(r"emergency|contact|e-?mail|phone|reach", asks(
            "an emergency contact", "emergency contact information", clauses=("how to reach you in an emergency",))),
        "end_date": Field(r"\bend|return|back|until|last day", asks(
            "the end date", "the last day of your time off", clauses=("when your time off ends", "when you will return to work"))),
        "previous_time_off": Field(r"(other|previous|recent|taken).*time off|recently|previously", asks(
            "previous time off", clauses=("if you have taken time off recently", "whether you had other time off"))),
        "reason_for_time_off": Field(r"reason|why|occasion|what('s| is) (it|this) for", asks(
            "the reason for your time off", clauses=("why you are taking time off", "what the reason for your leave is"))),
        "start_date": Field(r"start|begin|first day|when will you be (leaving|out|gone)", asks(
            "the start date", "the first day of your time off", clauses=("when your time off starts", "when your leave begins"))),
        "total_days_off": Field(r"how many|how long|total", asks(
            "the total number of days", "the number of days off", clauses=("how many days you will be off", "how many days you are taking"))),
        "type_of_time_off": Field(r"type|kind|vacation|sick|personal", asks(
            "the type of time off", "the kind of leave", clauses=("what type of leave you are taking", "whether it is vacation or sick leave"))),
        "work_handover_details": Field(r"cover|handover|hand over|responsibilit|handl", asks(
            "the handover details", clauses=("who will cover your work", "who takes over your responsibilities while you are away"))),
    },
    "goal_setting": {
        "desired_completion_date": Field(r"when|date|by\b.*\?", asks(
            "the completion date", "the target date", clauses=("when you want to achieve the goal", "by when you want to reach it"))),
        "progress_tracking_method": Field(r"track|progress|measure", asks(
            clauses=("how you will track your progress", "how you will measure your progress"))),
        "measurable_criteria": Field(r"know|criteria|metric|success|tell you|measur", asks(
            "measurable criteria", "the success criteria", clauses=("how you will know that you have succeeded",))),
        "personal_motivation": Field(r"motiv|drive|keep you", asks(
            "your motivation", clauses=("what motivates you",))),
        "goal_description": Field(r"goal|achieve|specific", asks(
            "a description of the goal", clauses=("what your goal is", "what exactly you want to achieve"))),
        "goal_category": Field(r"categor|personal|professional|kind of goal|type of goal", asks(
            "the category of the goal", clauses=("whether it is a personal or professional goal",))),
        "required_resources": Field(r"resource|support|need", asks(
            "the required resources", "the resources you need", clauses=("what resources you will need",))),
        "accountability_strategy": Field(r"accountab|on track", asks(
            clauses=("how you will hold yourself accountable", "how you will stay accountable"))),
        "review_intervals": Field(r"often|frequen|regular|interval|check[ -]in", asks(
            "the review intervals", clauses=("how often you will review your progress", "how often you will check in"))),
        "goal_importance": Field(r"important|why|matter|meaning", asks(
            clauses=("why the goal is important to you", "why this matters to you"))),
        "action_plan": Field(r"steps|plan\b|action", asks(
            "the action plan", "the steps you will take", clauses=("what steps you will take", "how you plan to reach the goal"))),
        "potential_obstacles": Field(r"obstacle|challenge|in the way|difficult", asks(
            "potential obstacles", "possible challenges", clauses=("what could get in the way", "what obstacles you expect"))),
    },
    "it_issue_report": {
        "additional_information": NOTES,
        "steps_taken_to_resolve": Field(r"steps|tried|already", asks(
            "the steps already taken", clauses=("what you have already tried", "what steps you have taken to fix it"))),
        "issue_severity": Field(r"sever|scale|critical|urgent|how (bad|disruptive)", asks(
            "the severity of the issue", "the urgency", clauses=("how severe the problem is", "how urgent it is"))),
        "affected_device_or_application": Field(r"device|application|program|app\b|laptop|computer", asks(
            "the affected device", "the device or application", clauses=("which device has the problem", "which application is affected"))),
        "user_location": Field(r"where|location|located|based", asks(
            "your location", clauses=("where you are located", "where you are"))),
        "preferred_contact_method": Field(r"contact|reach|follow up", asks(
            "your preferred contact method", "the best way to reach you", clauses=("how you would like to be contacted",))),
        "issue_category": Field(r"hardware|software|categor|type of|kind of", asks(
            "the category of the issue", "the type of problem", clauses=("whether it is a hardware or software problem",))),
        "recurring_issue": Field(r"first time|recur|reoccur|regular|happened before|one-time|all the time|again|often", asks(
            clauses=("if the problem keeps coming back", "whether it has happened before", "whether the issue is recurring"))),
        "error_messages": Field(r"error|message|code|screenshot", asks(
            "error messages", "the error message", clauses=("if there are any error messages", "what the error message says"))),
        "specific_problem_description": Field(r"describe|explain|exactly|what('s| is) (going on|happening|the)|more detail", (*asks(
            "a description of the problem", clauses=("what exactly is happening",)), "asks you to describe the problem")),
        "first_occurrence_time": Field(r"when|first notice|start|date and time", asks(
            clauses=("when the problem started", "when you first noticed the issue", "when it first happened"))),
        "impact_on_work": Field(r"impact|work|affect|hamper", asks(
            "the impact on your work", clauses=("how it affects your work", "how the problem impacts your work"))),
    },
}  # fmt: skip
SPEAKER = re.compile(r"^(?:HR Assistant|Employee): ")
REQUEST = "REQUEST"


def read(paths: Iterable[Path]) -> Corpus:
    """Return the turns of the assistant in files of JSON records."""
    turns = [
        turn
        for path in paths
        for record in json.loads(path.read_text(encoding="utf-8"))
        for turn in turns_of(record)
    ]
    wordings = {
        form: {Label(REQUEST, name): field.asked for name, field in fields.items()}
        for form, fields in FORMS.items()
    }
    return Corpus("hr_multiwoz", tuple(turns), wordings)


def turns_of(record: dict) -> Iterable[AgentTurn]:
    (form,) = record["service"]
    said = [
        ("User" if speaker else "Agent", " ".join(SPEAKER.sub("", text).split()))
        for speaker, text in zip(record["speaker"], record["utterance"], strict=True)
    ]
    filled = iter(record["state"])
    for at, (who, text) in enumerate(said):
        if who == "Agent":
            wanted = next(filled)
            named = {
                name for name, field in FORMS[form].items() if re.search(field.named, text, re.IGNORECASE)
            }
            yield AgentTurn(
                f"{form}-{record['dialogue_id']}",
                at,
                form,
                text,
                context_before(said, at),
                frozenset(Label(REQUEST, name) for name in named & wanted.keys()),
                frozenset(Label(REQUEST, name) for name in named ^ wanted.keys()),
            )
