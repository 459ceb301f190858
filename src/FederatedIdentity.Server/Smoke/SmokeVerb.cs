using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Smoke;

/// <summary>
/// <c>federated-identity smoke</c>: proves with a temporary pool that a running service works, and removes what it made. Status 0 when
/// every step came out right, 1 when one did not, 2 for another form of the command. Needs no database.
/// </summary>
internal static class SmokeVerb
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (SmokeOrder.OptionsOf(arguments) is not { } options)
        {
            return await VerbHost.MisusedAsync(SmokeOrder.Usage);
        }

        SmokeOrder order;
        try
        {
            order = SmokeOrder.Of(options, ServerBuilder.Create([]).Configuration);
        }
        catch (Exception unusable) when (unusable is FormatException or InvalidOperationException or IOException)
        {
            return await VerbHost.FailAsync(unusable.Message);
        }

        using var client = new SmokeClient(order, TimeProvider.System);
        var steps = new Steps(Console.Out);
        await steps.HeadAsync();
        return await new SmokeRun(order, client, steps, TimeProvider.System).RunAsync() ? 0 : 1;
    }
}
