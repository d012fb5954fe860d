-- What wixl has no words for: one statement a line, done with msibuild.

-- Who may set what: these reach the half of Windows Installer that has an administrator's rights.
UPDATE `Property` SET `Value`='INSTALLDIR;JC_COMMENTS;JC_JUMP_GROUP;JC_NAME;JC_TAG;KEY_INFO;PROXY;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED' WHERE `Property`='SecureCustomProperties'

-- An upgrade removes the old product last. What both consist of stays, the client's state and identity above all.
UPDATE `InstallExecuteSequence` SET `Sequence`=6650 WHERE `Action`='RemoveExistingProducts'

-- The registry goes before the service is stopped: a client that finds its product gone says goodbye to its site.
UPDATE `InstallExecuteSequence` SET `Sequence`=1850 WHERE `Action`='RemoveRegistryValues'

-- What the client has made.
INSERT INTO `RemoveFile` (`FileKey`, `Component_`, `FileName`, `DirProperty`, `InstallMode`) VALUES ('ClientFiles', 'Program', '*', 'INSTALLDIR', 2)
INSERT INTO `RemoveFile` (`FileKey`, `Component_`, `FileName`, `DirProperty`, `InstallMode`) VALUES ('StateFiles', 'State', '*', 'STATEDIR', 2)

-- The install directory must not exist (requirement B5).
CREATE TABLE `DrLocator` (`Signature_` CHAR(72) NOT NULL, `Parent` CHAR(72), `Path` CHAR(255), `Depth` SHORT PRIMARY KEY `Signature_`, `Parent`, `Path`)
INSERT INTO `DrLocator` (`Signature_`, `Path`, `Depth`) VALUES ('GivenDir', '[INSTALLDIR]', 0)
INSERT INTO `AppSearch` (`Property`, `Signature_`) VALUES ('GIVENDIREXISTS', 'GivenDir')
INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('Installed OR WIX_UPGRADE_DETECTED OR NOT INSTALLDIR OR NOT GIVENDIREXISTS', 'The install directory exists already. Choose one that does not exist with installdir=...')
INSERT INTO `DrLocator` (`Signature_`, `Path`, `Depth`) VALUES ('DefaultDir', '[ProgramFiles64Folder]JumpClient', 0)
INSERT INTO `AppSearch` (`Property`, `Signature_`) VALUES ('DEFAULTDIREXISTS', 'DefaultDir')
INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('Installed OR WIX_UPGRADE_DETECTED OR INSTALLDIR OR NOT DEFAULTDIREXISTS', 'The default install directory exists already. Choose another with installdir=...')

INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('Installed OR WIX_UPGRADE_DETECTED OR KEY_INFO', 'The deployment key is missing. Give it with KEY_INFO=...')

-- Until the client has read the key, nobody else may. This is platform/acl.Key, checked by a test.
CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, `LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` CHAR(0) NOT NULL, `Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)
INSERT INTO `MsiLockPermissionsEx` (`MsiLockPermissionsEx`, `LockObject`, `Table`, `SDDLText`) VALUES ('Key', 'Key', 'Registry', 'O:BAG:SYD:PAI(A;CI;KA;;;SY)(A;CI;KA;;;BA)')
