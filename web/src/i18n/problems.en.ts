/** A message to a person: what happened, and what to do about it. */
export interface Message {
  text: string;
  hint: string;
}

/** The site's messages by their code: M1 to M17 of the guide, and those beyond. */
const problems: Record<string, Message> = {
  M1: {
    text: "The total number of Jump Clients that can be deployed for this site has been reached.",
    hint: "Remove Jump Clients that are no longer needed.",
  },
  M2: {
    text: "The total number of active Jump Clients that can be deployed for this site has been reached.",
    hint: "Make Jump Clients passive, or remove some.",
  },
  M3: {
    text: "There is already a pin request for this support session.",
    hint: "Wait for the answer to the first request.",
  },
  M4: {
    text: "The support client is already pinned.",
    hint: "You find it in the Jump interface.",
  },
  M5: {
    text: "No customer was found in the support conference.",
    hint: "Start a new session.",
  },
  M6: {
    text: "The customer in the support conference is not online.",
    hint: "Try again when the computer is connected.",
  },
  M7: {
    text: "The Jump Client does not exist.",
    hint: "Refresh the list: somebody may have removed it or moved it to another Jump Group.",
  },
  M8: {
    text: "The Jump Client is offline.",
    hint: "Check that the computer is switched on and has a network.",
  },
  M9: {
    text: "The specified Jump Client has been uninstalled.",
    hint: "Remove it from the list, or install it again on the computer.",
  },
  M10: {
    text: "The number of active Jump Clients has been reached.",
    hint: "Make another Jump Client passive first.",
  },
  M11: {
    text: "The server is currently overloaded; try again later.",
    hint: "Many people are starting sessions at this moment; a few seconds are usually enough.",
  },
  M12: {
    text: "An internal error occurred while starting the support session.",
    hint: "Try again; if it happens again, the site's log says why.",
  },
  M13: {
    text: "An internal operation took too long while creating a support session.",
    hint: "Try again; the computer or the network may be very busy.",
  },
  M14: {
    text: "The active Jump Client is not connected.",
    hint: "It lost its connection just now and comes back by itself as soon as it can.",
  },
  M15: {
    text: "Timed out trying to connect to the Jump Client.",
    hint: "Check the computer's address and whether a firewall is in between.",
  },
  M16: {
    text: "The Jump Client has been disabled by its user and does not currently allow a session to be started.",
    hint: "Ask the person at the computer to enable it.",
  },
  M17: {
    text: "The Jump Client runs another version and is not trying to update. Try again after the update has finished.",
    hint: "The update begins when it checks in next.",
  },
  malformed: {
    text: "The request cannot be understood.",
    hint: "The program that sent it is too old, too new or broken.",
  },
  denied: {
    text: "Your account does not allow this.",
    hint: "Ask an administrator for the permission.",
  },
  no_group: {
    text: "This Jump Group does not exist.",
    hint: 'Use "general", user:<name> for somebody\'s personal group, or a group that an administrator has made.',
  },
  no_screen: {
    text: "The computer has no screen now.",
    hint: "Use a terminal instead.",
  },
  no_listening: {
    text: "The owner of the computer does not let its Jump Client listen.",
    hint: 'Remove "listen": "none" from its config.json, or leave the Jump Client active.',
  },
  nobody: {
    text: "Nobody is logged in at this computer.",
    hint: "Open its screen and log in there first: programs run as the user who is logged in.",
  },
  unsupported: {
    text: "The Jump Client cannot do this.",
    hint: "Its system or its version does not support it.",
  },
  quarantined: {
    text: "Two computers show the key of this Jump Client, so no session can start with it.",
    hint: "Its disk was copied, or an old state of it was restored. An administrator says under Alarms which one is the original.",
  },
  two_connected: {
    text: "Both computers are connected at this moment, so they cannot be one.",
    hint: "Say which one is the original, or disconnect one of them first.",
  },
  session_ended: {
    text: "The session has ended.",
    hint: "Start a new one.",
  },
  restarting: {
    text: "The site is restarting.",
    hint: "Try again in a few seconds.",
  },
  sign_in_failed: {
    text: "The name or the password is not right.",
    hint: "Check capital letters. An administrator can set a new password on the site.",
  },
  too_many_tries: {
    text: "There were too many tries to sign in.",
    hint: "Wait a moment before the next one.",
  },
  signed_out: {
    text: "You are not signed in.",
    hint: "Sign in again to go on.",
  },
  origin: {
    text: "The request comes from another web site.",
    hint: "Open the console under the address that the site was started with (--url).",
  },
  not_found: {
    text: "There is nothing under this address.",
    hint: "Reload the page; the site may have been updated.",
  },
  no_method: {
    text: "This address does not know this method.",
    hint: "Reload the page; the site may have been updated.",
  },
  too_large: {
    text: "The request is too large.",
    hint: "At most 64 KiB are read.",
  },
  invalid: {
    text: "Some of the values cannot be accepted.",
    hint: "Correct what is marked.",
  },
  exists: {
    text: "Something with this name exists already.",
    hint: "Choose another name.",
  },
  key_unknown: {
    text: "The site does not know this installer.",
    hint: "Check that the link was copied as a whole, or ask for a new installer.",
  },
  key_expired: {
    text: "This installer is no longer valid: its time is over.",
    hint: "Ask whoever gave it to you for a new one, or to extend it.",
  },
  key_used_up: {
    text: "This installer was used as often as it may be.",
    hint: "Ask whoever gave it to you for a new one, or for more uses.",
  },
  key_revoked: {
    text: "This installer was withdrawn.",
    hint: "Ask whoever gave it to you for a new one.",
  },
  no_package: {
    text: "There is no installer for this platform on this site.",
    hint: "Choose another platform, or ask an administrator to put its package into the site's folder of packages.",
  },
  too_many_requests: {
    text: "There are too many requests at this moment.",
    hint: "Wait a moment before the next one.",
  },
  mail_off: {
    text: "This site sends no mail yet.",
    hint: "An administrator can set a mail server in the settings; until then, copy the link.",
  },
  mail_unreachable: {
    text: "The mail server cannot be reached.",
    hint: "Check host and port in the mail settings, and whether a firewall is in between.",
  },
  mail_tls: {
    text: "No encrypted connection to the mail server could be made.",
    hint: "Check the kind of encryption (port 587: STARTTLS, port 465: TLS), that the host is the name in the server's certificate, and that the site's computer trusts who issued it.",
  },
  mail_auth: {
    text: "The mail server does not accept the user and password.",
    hint: "Check both in the mail settings; some providers want a password made for programs.",
  },
  mail_refused: {
    text: "The mail server did not take the message.",
    hint: "Check the sender's and the recipients' addresses.",
  },
  mail_slow: {
    text: "The mail server did not answer in time.",
    hint: "Try again; if it happens again, check host and port in the mail settings.",
  },
  mail_limit: {
    text: "You have sent as many messages as one account may send in an hour.",
    hint: "Try again later, or pass the link on yourself.",
  },
  internal: {
    text: "Something went wrong on the site.",
    hint: "Try again; if it happens again, the site's log says why.",
  },
  unreachable: {
    text: "The site cannot be reached.",
    hint: "Check your network; the console goes on by itself as soon as the site answers.",
  },
  unexpected: {
    text: "The site gave an answer that the console does not understand.",
    hint: "Reload the page; the site may have been updated.",
  },
  screen_lost: {
    text: "The computer's screen went away.",
    hint: "It comes back by itself as soon as the computer shows a picture again.",
  },
  program_failed: {
    text: "The program could not be started.",
    hint: "Check that it is installed on the computer and that the user may run it.",
  },
  removed: {
    text: "This Jump Client was removed from the site.",
    hint: "Install it again to reach the computer.",
  },
};

export default problems;
