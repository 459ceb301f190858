using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Benchmarks.Load.Ceiling;

/// <summary>
/// <c>ceiling</c>: the least that a Kestrel can do for a call, as a process of its own. It has no routing, no checks, no metrics, no
/// limits and no errors worth the name; what a server needs beyond it is the price of being a server.
/// </summary>
internal static class CeilingCommand
{
    public const string Url = "CEILING_URL";
    public const string Postgres = "CEILING_POSTGRES";
    public const string LoginKey = "CEILING_LOGIN_KEY";
    public const string ReadyLine = "ready";

    public static async Task<int> RunAsync()
    {
        await using var database = new CeilingDatabase(Required(Postgres));
        using var tokens = new CeilingTokens();
        using var logins = new CeilingLogins(Convert.FromBase64String(Required(LoginKey)));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Required(Url));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var app = builder.Build();
        app.Run(new CeilingCalls(database, tokens, logins).AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(ReadyLine);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set; ./dev bench sets it.");
}
