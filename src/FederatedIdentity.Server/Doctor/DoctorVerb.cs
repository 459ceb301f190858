using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// <c>federated-identity doctor</c>: looks at everything a deployment depends on, changes nothing, and says what is wrong and what to do.
/// Status 0 when all is well or worth a warning, 1 when something fails, 2 for another form of the command.
/// </summary>
internal static class DoctorVerb
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (DoctorOrder.TryParse(arguments) is not { } order)
        {
            return await VerbHost.MisusedAsync(DoctorOrder.Usage);
        }

        var findings = await ExamineAsync(order);
        if (order.Json)
        {
            Report.WriteJson(findings);
        }
        else
        {
            await Report.WriteTableAsync(findings, Console.Out);
        }

        return Report.StatusOf(findings, order.Strict);
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(DoctorOrder order)
    {
        WebApplicationBuilder builder;
        try
        {
            builder = ServerBuilder.Create(order.Settings);
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or IOException or UnauthorizedAccessException or FormatException)
        {
            return [new("configuration", Result.Fail, unreadable.Message, "No setting could be read. Correct this first.")];
        }

        await using var subject = new Subject(builder.Configuration, builder.Environment, order.BeforeMigration);
        return await Checks.RunAsync(subject, CancellationToken.None);
    }
}
