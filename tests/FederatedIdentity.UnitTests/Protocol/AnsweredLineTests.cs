using System.Net;
using FederatedIdentity.Server.Protocol;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Protocol;

/// <summary>The line of every call says what a template of the same words would.</summary>
public sealed class AnsweredLineTests
{
    private static readonly TimeSpan Elapsed = TimeSpan.FromMicroseconds(1_250);

    [Theory]
    [InlineData("GetId", "us-east-1:pool", "127.0.0.1")]
    [InlineData(null, null, null)]
    public void Its_text_is_its_template_filled_in(string? operation, string? pool, string? source)
    {
        var call = new CallContext("request-1", source is null ? null : IPAddress.Parse(source)) { Operation = operation, Pool = pool };
        var line = new AnsweredLine(call, "Success", Elapsed);

        var (template, values) = (new Capture(), line.SkipLast(1).Select(pair => pair.Value).ToArray());
#pragma warning disable CA1848, CA2254 // The template is what is tested.
        template.LogInformation((string)line[line.Count - 1].Value!, values);
#pragma warning restore CA1848, CA2254

        Assert.Equal(template.Text, line.ToString());
        Assert.Equal(template.Values, line);
    }

    [Fact]
    public void Its_event_is_the_one_that_logs_are_searched_for() =>
        Assert.Equal((1, "Answered"), (AnsweredLine.Event.Id, AnsweredLine.Event.Name));

    private sealed class Capture : ILogger
    {
        public string? Text { get; private set; }

        public IReadOnlyList<KeyValuePair<string, object?>>? Values { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Text = formatter(state, exception);
            Values = [.. (IReadOnlyList<KeyValuePair<string, object?>>)state!];
        }
    }
}
