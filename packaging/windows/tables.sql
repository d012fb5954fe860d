UPDATE `Property` SET `Value`='INSTALLDIR;JC_COMMENTS;JC_JUMP_GROUP;JC_NAME;JC_TAG;KEY_INFO;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED' WHERE `Property`='SecureCustomProperties'
UPDATE `InstallExecuteSequence` SET `Sequence`=6650 WHERE `Action`='RemoveExistingProducts'
UPDATE `InstallExecuteSequence` SET `Sequence`=1850 WHERE `Action`='RemoveRegistryValues'
INSERT INTO `RemoveFile` (`FileKey`, `Component_`, `FileName`, `DirProperty`, `InstallMode`) VALUES ('ClientFiles', 'Program', '*', 'INSTALLDIR', 2)
INSERT INTO `RemoveFile` (`FileKey`, `Component_`, `FileName`, `DirProperty`, `InstallMode`) VALUES ('StateFiles', 'State', '*', 'STATEDIR', 2)
CREATE TABLE `DrLocator` (`Signature_` CHAR(72) NOT NULL, `Parent` CHAR(72), `Path` CHAR(255), `Depth` SHORT PRIMARY KEY `Signature_`, `Parent`, `Path`)
INSERT INTO `DrLocator` (`Signature_`, `Path`, `Depth`) VALUES ('GivenDir', '[INSTALLDIR]', 0)
INSERT INTO `AppSearch` (`Property`, `Signature_`) VALUES ('GIVENDIREXISTS', 'GivenDir')
INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('Installed OR WIX_UPGRADE_DETECTED OR NOT INSTALLDIR OR NOT GIVENDIREXISTS', 'The install directory exists already. Choose one that does not exist.')
INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('Installed OR WIX_UPGRADE_DETECTED OR KEY_INFO', 'KEY_INFO is missing: msiexec /i FILE KEY_INFO=...')
CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, `LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` CHAR(0) NOT NULL, `Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)
INSERT INTO `MsiLockPermissionsEx` (`MsiLockPermissionsEx`, `LockObject`, `Table`, `SDDLText`) VALUES ('Key', 'Key', 'Registry', 'D:PAI(A;CI;KA;;;SY)(A;CI;KA;;;BA)')
