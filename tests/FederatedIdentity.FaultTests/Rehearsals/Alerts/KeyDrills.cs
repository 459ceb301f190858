using System.Security.Cryptography;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>Keys that do not change when they should.</summary>
internal static class KeyDrills
{
    public static AlertDrill Overdue { get; } = new(
        "the signing key is older than it may get, and its rotation is held up by a lock",
        ["FederatedIdentitySigningKeyRotationOverdue", "FederatedIdentitySigningKeyOld"],
        async bed =>
        {
            await bed.LockKeysAsync();
            await bed.Database.ExecuteAsync("update signing_key set activated_at = now() - interval '200 days' where state = 'current'");
        },
        bed => bed.UnlockKeysAsync());

    public static AlertDrill NoNext { get; } = new(
        "the next signing key is gone, and making another is held up by a lock",
        ["FederatedIdentityNextSigningKeyMissing"],
        async bed =>
        {
            await bed.LockKeysAsync();
            await bed.Database.ExecuteAsync("delete from signing_key where state = 'next'");
        },
        bed => bed.UnlockKeysAsync());

    /// <summary>Ends as keys.md says: what lies there is wrapped anew, in this case with the key that was there before.</summary>
    public static AlertDrill MasterKey { get; } = new(
        "a replica has a new master key, and nobody wraps the secrets anew",
        ["FederatedIdentityMasterKeyRewrapUnfinished"],
        bed => bed.ChangeAsync(
            1,
            ("FederatedIdentity__MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            ("FederatedIdentity__PreviousMasterKey", TestServer.MasterKey)),
        bed => bed.RestoreAsync(1));
}
