using System.Globalization;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Writes the Date of every answer from the shared clock instead of the machine's: AWS SDKs set their clock for signing by it.
/// </summary>
internal sealed class DateHeader(TimeProvider clock)
{
    private Written _written = new(long.MinValue, "");

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.Date = Now();
        return next(http);
    }

    private string Now()
    {
        var now = clock.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        var written = Volatile.Read(ref _written);
        if (written.Second != second)
        {
            written = new(second, now.ToString("R", CultureInfo.InvariantCulture));
            Volatile.Write(ref _written, written);
        }

        return written.Text;
    }

    private sealed record Written(long Second, string Text);
}
