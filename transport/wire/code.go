package wire

// Code is the stable name of a message to a person. Codes M1 to M17 are those
// of requirements section F; the others (M18: "whatever goes wrong beyond this
// list") have names. The texts in English and German live where they are
// shown: site/api for the API, web for the console.
type Code string

// Messages of the guide's appendix that this version can give.
const (
	CodeTotalLimit    Code = "M1"
	CodeActiveLimit   Code = "M2"
	CodeClientGone    Code = "M7"
	CodeClientOffline Code = "M8"
	CodeUninstalled   Code = "M9"
	CodeMoreActive    Code = "M10"
	CodeOverloaded    Code = "M11"
	CodeInternal      Code = "M12"
	CodeTooSlow       Code = "M13"
	CodeNotConnected  Code = "M14"
	CodeTimeout       Code = "M15"
	CodeDisabled      Code = "M16"
	CodeOtherVersion  Code = "M17"
)

// Further messages.
const (
	CodeMalformed     Code = "malformed"      // bytes that are no message of this protocol
	CodeNotEnrolled   Code = "not_enrolled"   // the site does not know this agent and it showed no key
	CodeKeyUnknown    Code = "key_unknown"    // no such deployment key, or a wrong signature
	CodeKeyExpired    Code = "key_expired"    // its validity is over
	CodeKeyUsedUp     Code = "key_used_up"    // its number of uses is reached
	CodeKeyRevoked    Code = "key_revoked"    // an administrator withdrew it
	CodeOverride      Code = "override"       // the key does not allow this parameter to be set
	CodeNoGroup       Code = "no_group"       // the Jump Group does not exist
	CodeRemoved       Code = "removed"        // this agent was removed from the site
	CodeDenied        Code = "denied"         // a right is missing
	CodeNoScreen      Code = "no_screen"      // the computer has no display now
	CodeUnsupported   Code = "unsupported"    // this system or version cannot do that
	CodeNobody        Code = "nobody"         // nobody is logged in, and a program needs a user
	CodeScreenLost    Code = "screen_lost"    // the display server went away; it is being reopened
	CodeSessionEnded  Code = "session_ended"  // by the representative or an administrator
	CodeOver          Code = "over"           // the conversation to go on with has ended
	CodeProgramFailed Code = "program_failed" // a program could not be started
	CodeNoFile        Code = "no_file"        // nothing is at that path
	CodeNoFolder      Code = "no_folder"      // the folder of that path is not there, or is none
	CodeNoAccess      Code = "no_access"      // the computer's user may not do that
	CodeFileExists    Code = "file_exists"    // and was not to be replaced
	CodeFileFolder    Code = "file_folder"    // it is a folder where a file is meant
	CodeFileSpecial   Code = "file_special"   // a device, a pipe or a socket
	CodeFileName      Code = "file_name"      // a name that the system does not have
	CodeFileBusy      Code = "file_busy"      // somebody else writes it
	CodeFileChanged   Code = "file_changed"   // it became shorter while it was read
	CodeFileDamaged   Code = "file_damaged"   // what arrived is not what was sent
	CodeFileStopped   Code = "file_stopped"   // the representative wanted no more of it
	CodeFileFailed    Code = "file_failed"    // the system's own words say why
	CodeDiskFull      Code = "disk_full"      // no room, or the quota is used up
	CodeQuarantined   Code = "quarantined"    // two computers show this client's key, and an administrator has not decided yet
	CodeCopied        Code = "copied"         // this agent is the copy of another: it is to make a key of its own (Refused.Permit)
	CodeRestarting    Code = "restarting"     // this side stops in good order and will be back
	CodeCheckedIn     Code = "checked_in"     // a passive agent has heard all there is to say, and need not keep the tunnel
	CodeNoListening   Code = "no_listening"   // the owner of the computer does not let it listen, so it cannot be passive
)
