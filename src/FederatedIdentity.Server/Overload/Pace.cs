namespace FederatedIdentity.Server.Overload;

/// <summary>How many places were handed on in the <paramref name="window"/> before, from one window to the next. For use under its owner's lock.</summary>
internal sealed class Pace(TimeSpan window, TimeProvider clock)
{
    private long _since = clock.GetTimestamp();
    private int _current;
    private int _previous;

    public int Recent
    {
        get
        {
            Turn();
            return Math.Max(_current, _previous);
        }
    }

    public void Count()
    {
        Turn();
        _current++;
    }

    private void Turn()
    {
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(_since, now);
        if (elapsed >= window)
        {
            (_previous, _current, _since) = (elapsed < 2 * window ? _current : 0, 0, now);
        }
    }
}
