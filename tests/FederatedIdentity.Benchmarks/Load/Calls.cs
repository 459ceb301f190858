namespace FederatedIdentity.Benchmarks.Load;

/// <summary>What the people of a pool ask for, as whole requests.</summary>
internal static class Calls
{
    public static IEnumerable<string> GuestTokens(this Population people, Uri server, string path = "/") =>
        people.Guests.Select(guest => HttpText.Call(server, path, "GetOpenIdToken", $$"""{"IdentityId":"{{guest}}"}"""));

    public static IEnumerable<string> LoginTokens(this Population people, Uri server, string path = "/") => people.Users.Select(user =>
        HttpText.Call(server, path, "GetOpenIdToken", $$"""{"IdentityId":"{{user.IdentityId}}","Logins":{{people.Logins(user.Token)}}}"""));

    public static IEnumerable<string> KnownLogins(this Population people, Uri server, string path = "/") =>
        people.Users.Select(user => people.GetId(server, path, user.Token));

    /// <summary>Of people whom nobody has seen before: each has a token of its own.</summary>
    public static IEnumerable<string> NewLogins(this Population people, Uri server, BenchIssuer issuer, int count) =>
        ParallelEnumerable.Range(0, count).Select(_ => people.GetId(server, "/", issuer.RsaToken($"{Guid.NewGuid()}")));

    public static string NewGuest(this Population people, Uri server, string path = "/") =>
        HttpText.Call(server, path, "GetId", $$"""{"IdentityPoolId":"{{people.Pool}}"}""");

    public static IEnumerable<string> GuestCredentials(this Population people, Uri server) => people.Guests.Select(guest =>
        HttpText.Call(server, "/", "GetCredentialsForIdentity", $$"""{"IdentityId":"{{guest}}"}"""));

    private static string GetId(this Population people, Uri server, string path, string token) =>
        HttpText.Call(server, path, "GetId", $$"""{"IdentityPoolId":"{{people.Pool}}","Logins":{{people.Logins(token)}}}""");

    private static string Logins(this Population people, string token) => $$"""{"{{people.LoginKey}}":"{{token}}"}""";
}
