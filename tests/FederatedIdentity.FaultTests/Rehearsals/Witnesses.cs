using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// Things that change after a backup and are as before once it is restored, to see that replicas which run all the time believe the
/// database and not what they remember: the settings of a pool, the signing key, a deleted access key.
/// </summary>
internal sealed class Witnesses
{
    /// <summary>Replicas look for keys every two seconds, and for pools oftener; the rest is for a busy machine.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(20);

    private readonly Deployment _deployment;
    private readonly Crossing _crossing;
    private readonly string _pool;
    private readonly string _kid;
    private readonly string _user;
    private readonly TestKey _key;
    private string _laterToken = "";

    private Witnesses(Deployment deployment, Crossing crossing, string pool, string kid, (string User, TestKey Key) user) =>
        (_deployment, _crossing, _pool, _kid, _user, _key) = (deployment, crossing, pool, kid, user.User, user.Key);

    /// <summary>Before the backup.</summary>
    public static async Task<Witnesses> PrepareAsync(Deployment deployment, Crossing crossing)
    {
        using var api = deployment.Replicas[0].Client();
        var pool = await api.CallAsync("CreateIdentityPool", new { IdentityPoolName = "witness", AllowUnauthenticatedIdentities = true });
        var kid = KidOf(await crossing.TokenAsync(deployment.Replicas[0]));
        var witnesses = new Witnesses(
            deployment, crossing, pool["IdentityPoolId"], kid, await crossing.UserAsync(deployment.Replicas[0]));
        await witnesses.CheckAsync();
        return witnesses;
    }

    /// <summary>
    /// After the backup: guests are shut out, keys rotate twice so that one signs that the backup has not, the user's key is deleted.
    /// </summary>
    public async Task ChangeAsync()
    {
        using var api = _deployment.Replicas[0].Client();
        var updated = await api.CallAsync(
            "UpdateIdentityPool", new { IdentityPoolId = _pool, IdentityPoolName = "witness", AllowUnauthenticatedIdentities = false });
        Assert.True(updated.Ok, updated.Text);
        using var iam = Crossing.Iam(_deployment.Replicas[0]);
        await iam.OkAsync("DeleteAccessKey", ("UserName", _user), ("AccessKeyId", _key.Id));
        for (var rotation = 0; rotation < 2; rotation++)
        {
            var (status, log) = await ServerProcess.RunAsync(_deployment.Settings, "keys", "rotate", "--now");
            Assert.True(status == 0, log);
        }

        await EverywhereAsync("the changes are seen", async replica =>
        {
            _laterToken = await _crossing.TokenAsync(replica);
            return KidOf(_laterToken) != _kid && !await TakesGuestsAsync(replica) && !await KnowsUserAsync(replica)
                && KidOf(_laterToken) == $"{_kid[..^1]}{_kid[^1] - '0' + 2}";
        });
    }

    /// <summary>After the restore, as before the backup; and nobody believes a key that was lost with what came after.</summary>
    public async Task CheckAsync()
    {
        await EverywhereAsync("the backup is what counts", async replica =>
            await TakesGuestsAsync(replica) && await KnowsUserAsync(replica)
            && await _crossing.TokenAsync(replica) is var token && KidOf(token) == _kid && (await _crossing.AssumeAsync(replica, token)).Ok
            && (_laterToken.Length == 0 || !(await _crossing.AssumeAsync(replica, _laterToken)).Ok));
    }

    private async Task EverywhereAsync(string what, Func<Replica, Task<bool>> isSo)
    {
        foreach (var replica in _deployment.Replicas)
        {
            var began = Stopwatch.GetTimestamp();
            while (!await isSo(replica))
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < Notice, $"A replica does not find that {what}.\n{replica.Server.Log}");
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private async Task<bool> TakesGuestsAsync(Replica replica)
    {
        using var api = replica.Client();
        return (await api.CallAsync("GetId", new { IdentityPoolId = _pool })).Ok;
    }

    private async Task<bool> KnowsUserAsync(Replica replica)
    {
        using var sts = new StsClient(replica.Server.BaseAddress);
        return (await sts.CallAsync("GetCallerIdentity", _key)).Ok;
    }

    private static string KidOf(string token) => $"{System.Text.Json.Nodes.JsonNode.Parse(
        System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal))))!["kid"]}";
}
