using FederatedIdentity.Benchmarks.Load.Ceiling;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>GetOpenIdToken beside a Kestrel that does no more than parse, SELECT and sign.</summary>
internal static class TokenRows
{
    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var rs512 = await sides.OfAsync("GetOpenIdToken guest RS512", stage.Rs512, Guests(stage.Rs512, stage.Rs512.Server.Url, "/"));
        var es256 = await sides.OfAsync("GetOpenIdToken guest ES256", stage.Es256, Guests(stage.Es256, stage.Es256.Server.Url, "/"));
        var selectRs512 = await sides.OfAsync(
            "ceiling sel-rs512", stage.Ceiling, Guests(stage.Rs512, stage.Ceiling.Url, CeilingCalls.SelectRs512));
        var selectEs256 = await sides.OfAsync(
            "ceiling sel-es256", stage.EllipticCeiling, Guests(stage.Es256, stage.EllipticCeiling.Url, CeilingCalls.SelectEs256));
        return
        [
            new("GetOpenIdToken guest RS512", rs512, selectRs512, Goal.ThroughputAtLeast(0.85)),
            new("GetOpenIdToken guest ES256", es256, selectEs256, Goal.ThroughputAtLeast(0.70)),
            new("tokens RS512, database included", rs512, rs512, Goal.PerCoreAtLeast(2500)),
        ];
    }

    public static IEnumerable<string> Guests(Party party, Uri server, string path) => party.People.Guests.Select(guest =>
        HttpText.Call(server, path, "GetOpenIdToken", $$"""{"IdentityId":"{{guest}}"}"""));
}
