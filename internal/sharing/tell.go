package sharing

import (
	"relais/internal/gate"
	"relais/internal/notice"
)

// byReferral is where a notice about a referral leads.
const byReferral = "referral"

// tellAddressee tells the person at the receiving desk whom an offer is meant for. The desk finds it on its list anyway.
func tellAddressee(tx *gate.Tx, row referralRow) error {
	if row.toWorker == "" {
		return nil
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: row.toWorker, AgencyID: row.to.AgencyID},
		Code: "referral.for_you", FileID: tx.File().ID, Subject: row.id, Link: byReferral, DueAt: row.dueAt})
	return err
}

// tellReceiver tells the desk that an offer was taken back: it may be keeping a place.
func tellReceiver(tx *gate.Tx, r *Referral, code string) error {
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Desk, ID: r.ToDeskID, AgencyID: r.ToAgencyID}, Code: code,
		FileID: r.FileID, Subject: r.ID, Link: byReferral})
	return err
}

// tellSenderOf tells the sender of a referral what has become of it.
func tellSenderOf(tx *gate.Tx, r *Referral, code string) error {
	who, err := senderOf(tx, r.ID)
	if err != nil {
		return err
	}
	return tellSender(tx, who, r.FromAgencyID, r.FileID, r.ID, code)
}

func tellSender(tx *gate.Tx, who sender, agencyID, fileID, referralID, code string) error {
	to := notice.To{Kind: notice.Desk, ID: who.DeskID, AgencyID: agencyID}
	if who.DeskID == "" {
		to.Kind, to.ID = notice.Worker, who.WorkerID
	}
	_, err := notice.Tell(tx, notice.New{To: to, Code: code, FileID: fileID, Subject: referralID, Link: byReferral})
	return err
}

// Corrected tells every desk that an entry went along to, in an older version, that it was written anew; they have to say that
// they know. The entry slice calls it for each new version.
func Corrected(tx *gate.Tx, entryID string, version int64) error {
	return tellHolders(tx, selectHolders, entryID, version)
}

// NoteCorrected is Corrected for a note.
func NoteCorrected(tx *gate.Tx, noteID string, version int64) error {
	return tellHolders(tx, selectHoldersOfNote, noteID, version)
}

func tellHolders(tx *gate.Tx, query, id string, version int64) error {
	holders, err := holdersBy(tx, query, id, version)
	if err != nil {
		return err
	}
	for _, h := range holders {
		_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Desk, ID: h.DeskID, AgencyID: h.AgencyID}, Code: "referral.corrected",
			FileID: tx.File().ID, Subject: h.ID, Link: byReferral, MustAcknowledge: true})
		if err != nil {
			return err
		}
	}
	return nil
}
