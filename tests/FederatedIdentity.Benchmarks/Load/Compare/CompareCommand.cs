using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load.Compare;

/// <summary>
/// <c>compare</c>: this build beside another one, in the same rounds on the same databases, which is how to find out whether a change
/// helps on a machine that others use too. Both builds are published ones and have the same schema; CPU tells more than the rate. There
/// are several servers of each, because two processes of one build differ by as much as a change may.
/// </summary>
internal static class CompareCommand
{
    private const int Processes = 3;

    public static async Task<int> RunAsync(string folder, LoadOptions options)
    {
        var program = Path.Combine(folder, Path.GetFileName(Replica.Program));
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"There is no published server in {folder}.");
            return 2;
        }

        await using var stage = await Stage.SetAsync();
        await CredentialRows.GiveRoleAsync(stage.Rs512);
        var redis = stage.Keep(await RedisProcess.StartAsync());
        var limits = ExtraRows.Limits(redis);
        var (rsa, otherRsa) = (await JoinAsync(stage.Rs512), await JoinAsync(stage.Rs512, program));
        var (elliptic, otherElliptic) = (await JoinAsync(stage.Es256), await JoinAsync(stage.Es256, program));
        var (limited, otherLimited) = (await JoinAsync(stage.Es256, null, limits), await JoinAsync(stage.Es256, program, limits));
        var sides = new Sides(stage);
        Row[] all =
        [
            await RowAsync("GetOpenIdToken guest RS512", rsa, otherRsa, Each(party => party.People.GuestTokens(party.Server.Url))),
            await RowAsync("GetOpenIdToken guest ES256", elliptic, otherElliptic, Each(party => party.People.GuestTokens(party.Server.Url))),
            await RowAsync("GetOpenIdToken guest ES256 limited", limited, otherLimited, (name, parties) =>
                ExtraRows.LimitedAsync(name, parties, redis, sides)),
            await RowAsync("GetId known login", rsa, otherRsa, Each(party => party.People.KnownLogins(party.Server.Url))),
            await RowAsync("GetId new guest", rsa, otherRsa, Each(party => [party.People.NewGuest(party.Server.Url)])),
            await RowAsync("GetId new login", rsa, otherRsa, (name, parties) => Task.FromResult(
                sides.Fresh(name, parties, (party, count) => party.People.NewLogins(party.Server.Url, stage.Issuer, count)))),
            await RowAsync("GetCredentialsForIdentity guest", rsa, otherRsa, Each(party => party.People.GuestCredentials(party.Server.Url))),
        ];
        var rows = all.Where(row => options.Wants(row.Name)).ToList();
        if (rows.Count == 0)
        {
            Console.Error.WriteLine($"No row has '{options.Only}' in its name.");
            return 2;
        }

        var report = new Report(rows, await Rounds.RunAsync(rows, options));
        report.Print(file: "");
        return report.Invalid.Count > 0 ? 1 : 0;

        Task<Party[]> JoinAsync(Party party, string? other = null, params (string Name, string? Value)[] settings) =>
            stage.JoinAsync(Processes, party, other ?? Replica.Program, settings);

        Func<string, Party[], Task<Side>> Each(Func<Party, IEnumerable<string>> requests) =>
            (name, parties) => sides.OfEachInTurnAsync(name, parties, requests);
    }

    private static async Task<Row> RowAsync(string name, Party[] ours, Party[] other, Func<string, Party[], Task<Side>> side) =>
        new(name, await side(name, ours), await side($"{name}, other", other));
}
