"""The table of contents of the business: every command with who may give it, every reaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.activities import logging as activities
from domain.activities import plans, revising
from domain.activities.events import ActivityLogged
from domain.actor import Role
from domain.approvals import conferring, deciding, delegating, ladder, log, rules
from domain.approvals.events import (
    ApprovalCountered,
    ApprovalGranted,
    ApprovalRejected,
    ApprovalReturned,
    StepApproved,
)
from domain.approvals.timers import EscalateApproval, RemindApproval, ReturnApproval
from domain.assignment import first_contact, handing, leave, receiving
from domain.bulk import commands as bulk
from domain.catalog.enrol_part import EnrolPart, enrol_part
from domain.catalog.enrol_product import EnrolProduct, enrol_product
from domain.catalog.price_book import EnrolPriceBook, enrol_price_book
from domain.catalog.product_design import EnrolDesign, enrol_design
from domain.catalog.stock import StockLow
from domain.channels import commands as channels
from domain.customers import adding, cleaning, editing, merging, registration, viewing
from domain.customers import commands as customers
from domain.customers import groups as customer_groups
from domain.customers.search import CustomerMet, index_customer
from domain.dialogue import commands as dialogue
from domain.dictionary import defining, filling, listing
from domain.dictionary.events import FieldsFilled
from domain.equipment import commands as equipment
from domain.equipment import relabelling, retiring
from domain.execute import Deed, Reaction, deed
from domain.files.commands import AttachFiles, FilesAttached, MoveFiles, attach_files, move_files
from domain.handover import commands as handover
from domain.handover import transferring
from domain.imports import commands as imports
from domain.imports import exporting, reverting, taking
from domain.inquiries import commands as inquiries
from domain.inquiries import contact, invalid, origins, silence
from domain.inquiries.contact import InquiryContacted, InquiryNotContacted
from domain.messages import Command, Event
from domain.notes import keeping as notes
from domain.opportunities import closing, creating, moves, playbook, revaluing, signals, sleeping
from domain.opportunities.events import OpportunityRevised
from domain.people import commands as people
from domain.people.syncing import SyncMember, sync_member
from domain.pool import claiming, recycling, releasing
from domain.quotes import answering, countering, drafting, following, noting, offering, returning, submitting
from domain.quotes.events import (
    QuoteAccepted,
    QuoteApproved,
    QuoteDeclined,
    QuoteOffered,
    QuoteQuestioned,
    QuoteRejected,
    QuoteSubmitted,
)
from domain.service import (
    accept,
    again,
    codes,
    complain,
    deadlines,
    desk,
    dispatch,
    finishing,
    fitting,
    held,
    installing,
    reopen,
    report,
    requesting,
    sheet,
    sign,
    transfer,
    urge,
    visit,
)
from domain.service.opening import TicketOpened
from domain.solutions import drafting as solving
from domain.solutions import submitting as solution_submitting
from domain.spares import agreeing, issuing, moving
from domain.spares import requesting as spares
from domain.tags import commands as tags
from domain.tasks import assigning, quieting, timers, today, urging
from domain.tasks import commands as tasks
from domain.tasks.events import TaskDone, TaskReopened
from domain.tasks.task import Task
from domain.upkeep import planning
from domain.upkeep import signals as upkeep_signals
from domain.vocabulary import learning

_SELLS = (Role.SALES, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
_LEADS = (Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
_CONFIGURES = (Role.MANAGEMENT, Role.ADMIN)
_DISPATCHES = (Role.DISPATCHER, Role.SERVICE, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
_STORES = (Role.WAREHOUSE, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
_SERVES = (Role.ENGINEER, *_DISPATCHES)

_WORKS = tuple(role for role in Role if role is not Role.CUSTOMER)

HANDLERS: Mapping[type[Command], Deed] = {
    people.EnrolPerson: deed(people.enrol_person, Role.ADMIN),
    people.PersonLeave: deed(people.leave, Role.ADMIN),
    people.ReportStranger: deed(people.report_stranger),
    people.UseDoor: deed(people.use_door),
    people.ReportTrouble: deed(people.report_trouble),
    SyncMember: deed(sync_member, Role.ADMIN),
    AttachFiles: deed(attach_files),
    MoveFiles: deed(move_files),
    dialogue.KeepDraft: deed(dialogue.keep_draft),
    dialogue.ReviseWish: deed(dialogue.revise_wish),
    dialogue.ConfirmWish: deed(dialogue.confirm_wish),
    dialogue.SettleWish: deed(dialogue.settle_wish),
    dialogue.DropWishes: deed(dialogue.drop_wishes),
    dialogue.UndoWish: deed(dialogue.undo_wish),
    dialogue.ExpireDraft: deed(dialogue.expire_draft, Role.ADMIN),
    dialogue.NoteAct: deed(dialogue.note_act),
    customers.EnrolCustomer: deed(customers.enrol_customer, Role.ADMIN),
    customer_groups.BindGroup: deed(customer_groups.bind_group, *_SELLS, *customer_groups.KEEPERS),
    editing.GiveCreditCode: deed(editing.give_code, *_SELLS),
    editing.DescribeContact: deed(editing.describe_contact, *_SELLS),
    editing.AddPhone: deed(editing.add_phone, *_SELLS),
    editing.WriteSummary: deed(editing.write_summary, *_SELLS),
    editing.SetLevel: deed(editing.set_level, *_SELLS),
    viewing.LookAtCustomer: deed(viewing.look_at_customer, *_WORKS),
    merging.ProposeMerge: deed(merging.propose_merge, *_SELLS),
    merging.MergeCustomers: deed(merging.merge_customers, *_SELLS),
    merging.DropMerge: deed(merging.drop_merge, *_SELLS),
    merging.UndoMerge: deed(merging.undo_merge, *_SELLS),
    cleaning.SendCleaning: deed(cleaning.send_cleaning, Role.ADMIN),
    cleaning.FixRecords: deed(cleaning.fix_records, *_SELLS),
    adding.AddCustomer: deed(adding.add_customer, *_SELLS),
    adding.WithdrawCustomer: deed(adding.withdraw_customer, *_SELLS),
    registration.RegisterCustomer: deed(registration.register_customer, *_SELLS),
    registration.EndRegistration: deed(registration.end_registration, Role.ADMIN),
    handover.ProposeHandover: deed(handover.propose_handover, Role.MANAGER, *_CONFIGURES),
    handover.HandOver: deed(handover.hand_over, Role.MANAGER, *_CONFIGURES),
    transferring.TransferCustomer: deed(transferring.transfer_customer, *_SELLS),
    tasks.AddTask: deed(tasks.add_task),
    assigning.AssignTask: deed(assigning.assign_task, *_WORKS),
    urging.UrgePerson: deed(urging.urge_person, *_WORKS),
    quieting.SetQuiet: deed(quieting.set_quiet, *_WORKS),
    tasks.CompleteTask: deed(tasks.complete_task),
    tasks.ReopenTask: deed(tasks.reopen_task),
    tasks.CancelTask: deed(tasks.cancel_task),
    tasks.PostponeTask: deed(tasks.postpone_task),
    tasks.SnoozeTask: deed(tasks.snooze_task),
    timers.RemindTask: deed(timers.remind_task, Role.ADMIN, task_id=Task),
    timers.RemindAtHour: deed(timers.remind_task, Role.ADMIN, task_id=Task),
    timers.EscalateTask: deed(timers.escalate_task, Role.ADMIN, task_id=Task),
    today.ListToday: deed(today.list_today),
    today.ShowToday: deed(today.show_today, Role.ADMIN),
    inquiries.LogInquiry: deed(inquiries.log_inquiry, *_SELLS),
    inquiries.ReviseInquiry: deed(inquiries.revise_inquiry, *_SELLS),
    inquiries.UndoInquiry: deed(inquiries.undo_inquiry, *_SELLS),
    silence.CheckSilence: deed(silence.check_silence, Role.ADMIN),
    activities.LogActivity: deed(activities.log_activity, *_SELLS),
    revising.ReviseActivity: deed(revising.revise_activity, *_SELLS),
    revising.UndoActivity: deed(revising.undo_activity, *_SELLS),
    revising.SettleBid: deed(revising.settle_bid, *_SELLS),
    plans.PlanCalls: deed(plans.plan_calls, *_SELLS),
    plans.ConfirmCalls: deed(plans.confirm_calls, *_SELLS),
    plans.UndoCalls: deed(plans.undo_calls, *_SELLS),
    creating.CreateOpportunity: deed(creating.create_opportunity, *_SELLS),
    creating.ConvertInquiry: deed(creating.convert_inquiry, *_SELLS),
    creating.UndoOpportunity: deed(creating.undo_opportunity, *_SELLS),
    moves.MoveStage: deed(moves.move_stage, *_SELLS),
    moves.UndoMove: deed(moves.undo_move, *_SELLS),
    playbook.TickStep: deed(playbook.tick_step),
    playbook.NameHolder: deed(playbook.name_holder, *_SELLS),
    playbook.CheckHolders: deed(playbook.check_holders, Role.ADMIN),
    revaluing.ReviseOpportunity: deed(revaluing.revise_opportunity, *_SELLS),
    closing.AskClosing: deed(closing.ask_closing, *_SELLS),
    closing.CloseWon: deed(closing.close_won, *_SELLS),
    closing.CloseLost: deed(closing.close_lost, *_SELLS),
    closing.DropClosing: deed(closing.drop_closing, *_SELLS),
    closing.SetLossReason: deed(closing.set_loss_reason, *_SELLS),
    closing.ReopenOpportunity: deed(closing.reopen_opportunity, *_SELLS),
    sleeping.SleepOpportunity: deed(sleeping.sleep_opportunity, *_SELLS),
    sleeping.WakeOpportunity: deed(sleeping.wake_opportunity, *_SELLS),
    notes.KeepNote: deed(notes.keep_note),
    notes.DropNote: deed(notes.drop_note),
    channels.EnrolChannel: deed(channels.enrol_channel, Role.ADMIN),
    channels.EnrolCampaign: deed(channels.enrol_campaign, Role.ADMIN),
    channels.TeachChannelWord: deed(channels.teach_channel_word, *_SELLS),
    invalid.MarkInvalid: deed(invalid.mark_invalid, *_SELLS),
    invalid.RestoreInquiry: deed(invalid.restore_inquiry, *_SELLS),
    handing.UrgeContact: deed(handing.urge_contact, *_LEADS),
    handing.HandOn: deed(handing.hand_on, *_LEADS),
    first_contact.CheckFirstContact: deed(first_contact.check_first_contact, Role.ADMIN),
    receiving.ReceiveInquiry: deed(receiving.receive_inquiry),
    leave.TakeLeave: deed(leave.take_leave, *_WORKS),
    leave.EndLeave: deed(leave.end_leave, *_WORKS),
    claiming.ClaimCustomer: deed(claiming.claim_customer, *_SELLS),
    releasing.ProposeRelease: deed(releasing.propose_release, *_SELLS),
    releasing.ConfirmRelease: deed(releasing.confirm_release, *_SELLS),
    recycling.CheckContact: deed(recycling.check_contact, Role.ADMIN),
    EnrolDesign: deed(enrol_design, Role.ADMIN),
    EnrolProduct: deed(enrol_product, Role.ADMIN),
    EnrolPriceBook: deed(enrol_price_book, Role.ADMIN),
    learning.NoteHeard: deed(learning.note_heard),
    learning.LearnHeard: deed(learning.learn_heard),
    learning.LearnAlias: deed(learning.learn_alias),
    learning.ForgetAlias: deed(learning.forget_alias),
    deciding.ApproveStep: deed(deciding.approve_step),
    deciding.RejectStep: deed(deciding.reject_step),
    deciding.CounterApproval: deed(deciding.counter_approval),
    conferring.HandStepOn: deed(conferring.hand_step_on),
    conferring.AddApprover: deed(conferring.add_approver),
    conferring.UrgeApproval: deed(conferring.urge_approval),
    conferring.SayImpact: deed(conferring.say_impact),
    log.ExportApprovals: deed(log.export_approvals, Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN),
    delegating.DelegateApprovals: deed(delegating.delegate_approvals, *_WORKS),
    delegating.EndDelegations: deed(delegating.end_delegations, *_WORKS),
    delegating.BeginDelegation: deed(delegating.begin_delegation, Role.ADMIN),
    delegating.FinishDelegation: deed(delegating.finish_delegation, Role.ADMIN),
    rules.ProposeRule: deed(rules.propose_rule, *_CONFIGURES),
    rules.PublishRule: deed(rules.publish_rule, *_CONFIGURES),
    rules.DropRule: deed(rules.drop_rule, *_CONFIGURES),
    rules.RollBackRules: deed(rules.roll_back_rules, *_CONFIGURES),
    ReturnApproval: deed(ladder.return_approval, Role.ADMIN),
    RemindApproval: deed(ladder.remind_approval, Role.ADMIN),
    EscalateApproval: deed(ladder.escalate_approval, Role.ADMIN),
    solving.DraftSolution: deed(solving.draft_solution, *_WORKS),
    solving.ReviseSolution: deed(solving.revise_solution, *_WORKS),
    solving.VoidSolution: deed(solving.void_solution, *_WORKS),
    solution_submitting.SubmitSolution: deed(solution_submitting.submit_solution, *_WORKS),
    solution_submitting.WithdrawSolution: deed(solution_submitting.withdraw_solution, *_WORKS),
    drafting.DraftQuote: deed(drafting.draft_quote, *_SELLS),
    drafting.ReviseQuote: deed(drafting.revise_quote, *_SELLS),
    drafting.VoidQuote: deed(drafting.void_quote, *_SELLS),
    returning.ReturnToVersion: deed(returning.return_to_version, *_SELLS),
    returning.AcceptWarnings: deed(returning.accept_warnings, *_SELLS),
    submitting.SubmitQuote: deed(submitting.submit_quote, *_SELLS),
    submitting.WithdrawQuote: deed(submitting.withdraw_quote, *_SELLS),
    offering.OfferQuote: deed(offering.offer_quote, *_SELLS),
    answering.NoteView: deed(answering.note_view, Role.CUSTOMER),
    answering.AskAboutQuote: deed(answering.ask_about_quote, Role.CUSTOMER),
    answering.AnswerQuestion: deed(answering.answer_question, *_SELLS),
    answering.AcceptOffer: deed(answering.accept_offer, Role.CUSTOMER),
    answering.DeclineOffer: deed(answering.decline_offer, Role.CUSTOMER),
    EnrolPart: deed(enrol_part, Role.ADMIN),
    equipment.EnrolEquipment: deed(equipment.enrol_equipment, Role.ADMIN),
    report.ReportFault: deed(report.report_fault),
    held.HoldReport: deed(held.hold_report),
    held.ReleaseHeld: deed(held.release_held, *_DISPATCHES),
    held.DropHeld: deed(held.drop_held, *_DISPATCHES),
    installing.RegisterMachine: deed(installing.register_machine, *_SERVES),
    relabelling.RelabelEquipment: deed(relabelling.relabel_equipment, *_SERVES),
    retiring.RetireEquipment: deed(retiring.retire_equipment, *_DISPATCHES),
    requesting.RequestService: deed(requesting.request_service, *_WORKS),
    deadlines.CheckResponse: deed(deadlines.check_response, Role.ADMIN),
    deadlines.CheckResolution: deed(deadlines.check_resolution, Role.ADMIN),
    desk.RespondTicket: deed(desk.respond_ticket, *_SERVES),
    desk.AnswerTicket: deed(desk.answer_ticket, *_SERVES),
    desk.SettleJob: deed(desk.settle_job, *_DISPATCHES),
    again.ReportAgain: deed(again.report_again, Role.CUSTOMER),
    complain.Complain: deed(complain.complain, Role.CUSTOMER),
    dispatch.AssignJob: deed(dispatch.assign_job, *_DISPATCHES),
    dispatch.RemindOffer: deed(dispatch.remind_offer, Role.ADMIN),
    dispatch.EscalateOffer: deed(dispatch.escalate_offer, Role.ADMIN),
    dispatch.EscalateUnassigned: deed(dispatch.escalate_unassigned, Role.ADMIN),
    accept.AcceptJob: deed(accept.accept_job, *_SERVES),
    accept.DeclineJob: deed(accept.decline_job, *_SERVES),
    transfer.HandJob: deed(transfer.hand_job, Role.ENGINEER),
    transfer.TakeTransfer: deed(transfer.take_transfer, Role.ENGINEER),
    transfer.RefuseTransfer: deed(transfer.refuse_transfer, Role.ENGINEER),
    transfer.LapseTransfer: deed(transfer.lapse_transfer, Role.ADMIN),
    visit.DepartJob: deed(visit.depart_job, Role.ENGINEER),
    visit.ArriveJob: deed(visit.arrive_job, Role.ENGINEER),
    visit.BlockVisit: deed(visit.block_visit, Role.ENGINEER),
    visit.ProposeVisit: deed(visit.propose_visit, Role.ENGINEER),
    visit.AgreeVisit: deed(visit.agree_visit, Role.CUSTOMER),
    finishing.UseParts: deed(finishing.use_parts, Role.ENGINEER),
    finishing.FinishJob: deed(finishing.finish_job, Role.ENGINEER),
    finishing.CorrectParts: deed(finishing.correct_parts, Role.ENGINEER),
    finishing.NoteHours: deed(finishing.note_hours, Role.ENGINEER),
    fitting.SwapSerial: deed(fitting.swap_serial, Role.ENGINEER),
    codes.SetCode: deed(codes.set_code, Role.ENGINEER),
    spares.RequestParts: deed(spares.request_parts, Role.ENGINEER),
    spares.WithdrawRequest: deed(spares.withdraw_request, Role.ENGINEER),
    agreeing.ApproveRequest: deed(agreeing.approve_request, *_DISPATCHES),
    agreeing.RefuseRequest: deed(agreeing.refuse_request, *_DISPATCHES),
    agreeing.WithholdPart: deed(agreeing.withhold_part, *_STORES),
    agreeing.AnswerPrice: deed(agreeing.answer_price, Role.CUSTOMER),
    issuing.IssuePart: deed(issuing.issue_part, *_STORES),
    issuing.OrderPart: deed(issuing.order_part, *_STORES),
    issuing.RemindArrival: deed(issuing.remind_arrival, Role.ADMIN),
    moving.ReturnPart: deed(moving.return_part, Role.ENGINEER),
    moving.PassPart: deed(moving.pass_part, Role.ENGINEER),
    moving.GivePart: deed(moving.give_part, *_STORES),
    moving.CountPart: deed(moving.count_part, *_STORES),
    moving.ReceivePart: deed(moving.receive_part, *_STORES),
    planning.PlanMaintenance: deed(planning.plan_maintenance, *_SERVES, Role.SALES),
    planning.StopPlan: deed(planning.stop_plan, *_SERVES, Role.SALES),
    planning.ReadCounter: deed(planning.read_counter, *_SERVES, Role.SALES),
    planning.MakePlannedJob: deed(planning.make_planned_job, Role.ADMIN),
    planning.RemindVisit: deed(planning.remind_visit, Role.ADMIN),
    upkeep_signals.OfferWarranty: deed(upkeep_signals.offer_warranty, Role.ADMIN),
    upkeep_signals.CallAfter: deed(upkeep_signals.call_after, Role.ADMIN),
    urge.UrgeJob: deed(urge.urge_job, Role.CUSTOMER),
    urge.UrgeEngineer: deed(urge.urge_engineer, *_DISPATCHES),
    reopen.ReopenJob: deed(reopen.reopen_job, Role.ENGINEER),
    reopen.UndoArrival: deed(reopen.undo_arrival, Role.ENGINEER),
    reopen.ReportUnmended: deed(reopen.report_unmended, Role.CUSTOMER),
    sign.SignOff: deed(sign.sign_off, Role.CUSTOMER),
    sheet.KeepChecklist: deed(sheet.keep_checklist, Role.ENGINEER),
    sheet.SignOnSite: deed(sheet.sign_on_site, Role.ENGINEER),
    sign.RemindSignature: deed(sign.remind_signature, Role.ADMIN),
    sign.EscalateSignature: deed(sign.escalate_signature, Role.ADMIN),
    sign.CancelVisit: deed(sign.cancel_visit, Role.CUSTOMER),
    sign.CancelJob: deed(sign.cancel_job, *_DISPATCHES),
    defining.ProposeField: deed(defining.propose_field, *_CONFIGURES),
    defining.ConfirmField: deed(defining.confirm_field, *_CONFIGURES),
    defining.RetireField: deed(defining.retire_field, *_CONFIGURES),
    defining.EnrolField: deed(defining.enrol_field, Role.ADMIN),
    filling.FillFields: deed(filling.fill_fields, *_WORKS),
    filling.LeaveFieldEmpty: deed(filling.leave_empty, *_WORKS),
    tags.TagCustomer: deed(tags.tag_customer, *_SELLS),
    tags.UntagCustomer: deed(tags.untag_customer, *_SELLS),
    tags.GroupTag: deed(tags.group_tag, Role.MANAGER, *_CONFIGURES),
    bulk.ProposeBulk: deed(bulk.propose_bulk, *_SELLS),
    bulk.ConfirmBulk: deed(bulk.confirm_bulk, *_SELLS),
    bulk.DropBulk: deed(bulk.drop_bulk, *_SELLS),
    bulk.UndoBulk: deed(bulk.undo_bulk, *_SELLS),
    imports.ReceiveTable: deed(imports.receive_table, *_WORKS),
    imports.NoteTable: deed(imports.note_table, Role.ADMIN),
    imports.RemapTable: deed(imports.remap_table, *_WORKS),
    imports.StartImport: deed(imports.start_import, *_WORKS),
    imports.CancelImport: deed(imports.cancel_import, *_WORKS),
    imports.FinishImport: deed(imports.finish_import, Role.ADMIN),
    exporting.ExportListing: deed(exporting.export_listing, *_WORKS),
    taking.TakeRows: deed(taking.take_rows, *_WORKS),
    reverting.RevertImport: deed(reverting.revert_import, *_WORKS),
    reverting.TakeBackRows: deed(reverting.take_back_rows, Role.ADMIN),
    listing.OpenListing: deed(listing.open_listing, *_WORKS),
    listing.TurnListing: deed(listing.turn_listing, *_WORKS),
}

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    StockLow: (moving.warn_low,),
    TicketOpened: (upkeep_signals.suggest_from_ticket,),
    finishing.JobFinished: (planning.note_done, installing.note_installed, spares.drop_open),
    sign.JobCancelled: (spares.drop_open,),
    installing.MachineInstalled: (upkeep_signals.watch_warranty,),
    sign.JobConfirmed: (upkeep_signals.promise_call,),
    ActivityLogged: (signals.heed,),
    InquiryContacted: (first_contact.note_contacted, signals.heed),
    FilesAttached: (signals.heed, solving.take_drawings),
    OpportunityRevised: (signals.heed,),
    people.PersonLeft: (ladder.replace_leaver,),
    customers.CustomerEnrolled: (index_customer, recycling.watch_enrolled),
    CustomerMet: (index_customer,),
    adding.CustomerWithdrawn: (index_customer,),
    editing.ContactDescribed: (index_customer,),
    editing.CreditCodeGiven: (index_customer,),
    merging.CustomersMerged: (merging.index_merged,),
    merging.MergeUndone: (merging.index_merged,),
    FieldsFilled: (index_customer,),
    equipment.EquipmentEnrolled: (equipment.index_owner, upkeep_signals.watch_warranty),
    inquiries.InquiryRevised: (following.follow_customer, learning.learn_from_revision),
    inquiries.InquiryLogged: (recycling.watch_met,),
    inquiries.InquiryUndone: (creating.keep_converted, submitting.drop_drafts),
    InquiryNotContacted: (first_contact.note_not_contacted,),
    TaskDone: (contact.note_done, assigning.tell_asker),
    TaskReopened: (contact.note_reopened,),
    channels.ChannelWordTaught: (origins.rename_sources,),
    invalid.InquiryInvalid: (submitting.drop_drafts,),
    StepApproved: (submitting.check_unchanged, solution_submitting.check_unchanged),
    ApprovalGranted: (submitting.take_grant, solution_submitting.take_grant),
    ApprovalRejected: (submitting.take_rejection, solution_submitting.take_rejection),
    ApprovalReturned: (submitting.take_return, solution_submitting.take_return),
    ApprovalCountered: (countering.take_counter, solution_submitting.take_counter),
    QuoteSubmitted: (
        inquiries.note_submitted,
        filling.check_complete,
        noting.note_submitted,
        first_contact.note_quoted,
        signals.heed,
    ),
    QuoteApproved: (inquiries.note_approved, noting.note_approved, signals.heed),
    QuoteRejected: (noting.note_rejected,),
    QuoteOffered: (noting.note_offered,),
    QuoteQuestioned: (noting.note_questioned,),
    QuoteAccepted: (noting.note_accepted,),
    QuoteDeclined: (noting.note_declined,),
}
